import { setFlagsFromString } from 'node:v8';

/** A server runs the same code again and again: V8 optimizes it after half as many calls as it would wait for. */
export function optimizeSoon(): void {
  setFlagsFromString('--interrupt-budget=33792');
}
