/** A step yields it where what has changed so far may be kept without the rest, of which a killed process knows nothing. */
export const MAY_BE_KEPT = Symbol('may be kept');

/** Work that may be left between two steps and taken up again; what it yields, but for `MAY_BE_KEPT`, says only that a step is over. */
export type Steps<R = void> = Generator<unknown, R, void>;

/** Small steps of which others do not notice that they are taken together. */
const FEW = 10;

/** Takes a few of many small steps, and more as long as there is time. @returns what they come to, once they are over */
export function someOf<R>(steps: Steps<R>, hasTime: () => boolean): R | undefined {
  for (let taken = 0; taken < FEW || hasTime(); taken++) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
  return undefined;
}

/** The same steps where they are a part of something that is kept whole or not at all. */
export function* asPart<R>(steps: Steps<R>): Generator<undefined, R, void> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield;
  }
}

/** What so many small steps changed is worth being kept by itself: to make durable what a turn changed takes longer than the turn. */
const WORTH_KEEPING = 500;
/** So many small steps take longer than a turn, which ends at one of them. */
const LONGER_THAN_A_TURN = 100;

/** The same small steps where what some of them have changed may be kept without the rest. */
export function* keepingSome<R>(steps: Steps<R>): Steps<R> {
  for (let taken = 0; ; taken++) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield taken % WORTH_KEEPING < LONGER_THAN_A_TURN ? MAY_BE_KEPT : undefined;
  }
}

/** Takes all steps at once. */
export function allOf<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
