/** Work that may be left between two steps and taken up again: what it yields says only that a step is over. */
export type Steps<R = void> = Generator<void, R, void>;

/** Takes all steps at once. */
export function allOf<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
