/** Work that may be left between two steps and taken up again: what it yields says only that a step is over. */
export type Steps<R = void> = Generator<void, R, void>;

/** Small steps of which others do not notice that they are taken together. */
const SOME = 50;

/** Takes some of many small steps. @returns what they come to, once they are over */
export function someOf<R>(steps: Steps<R>): R | undefined {
  for (let taken = 0; taken < SOME; taken++) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
  return undefined;
}

/** Takes all steps at once. */
export function allOf<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
