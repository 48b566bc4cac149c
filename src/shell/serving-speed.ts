import { setV8Options } from './v8-options.ts';

/** A server runs the same code again and again: V8 optimizes it after half as many calls as it would wait for. */
export function optimizeSoon(): void {
  setV8Options('interrupt-budget=33792');
}
