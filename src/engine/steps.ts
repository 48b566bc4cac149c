/** Work that may be left between two steps and taken up again: what it yields says only that a step is over. */
export type Steps<R = void> = Generator<void, R, void>;

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

/** Takes all steps at once. */
export function allOf<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
