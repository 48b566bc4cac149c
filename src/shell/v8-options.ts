import { setFlagsFromString } from 'node:v8';

/**
 * Options of V8 that are set while it runs, each with the major version of the last V8 that was seen to know it: one that
 * does not says so on stderr, in the middle of whatever is told there. 11 is that of Node.js 20, 13 that of 24.
 */
const LAST_KNOWN = {
  'heap-growing-percent=100': 13,
  'incremental-marking-soft-trigger=25': 13,
  'interrupt-budget=33792': 11,
  'interrupt-budget=4000': 11,
  'max-inlined-bytecode-size-cumulative=300': 11,
  'no-parallel-scavenge': 13,
  'semi-space-growth-factor=1': 13,
  'semi-space-growth-factor=4': 13,
} as const;

export type V8Option = keyof typeof LAST_KNOWN;

/** Sets those that this V8 knows. */
export function setV8Options(...options: readonly V8Option[]): void {
  for (const option of options) if (isKnown(option, process.versions.v8)) setFlagsFromString(`--${option}`);
}

/** @param version `12.4.254.21-node.57` */
export function isKnown(option: V8Option, version: string): boolean {
  return Number.parseInt(version, 10) <= LAST_KNOWN[option];
}
