import { misuse } from '../../grammar/usage.ts';

/** @throws UsageError: a line, then the usage */
export function demand(isMet: boolean, usage: string, line: string): asserts isMet {
  if (!isMet) throw misuse(usage, `${line}\n`);
}

const LONG = /^[+-]?\d+$/;

/** `boost::lexical_cast`: what is no number ends the original. */
export function wholeNumber(usage: string, text: string): number {
  demand(LONG.test(text), usage, `invalid number: ${text}`);
  return Number(text);
}

/** `split_args`: no empty words. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}
