/** So many examples are shown of what a plan counts. */
export const SAMPLES = 5;
