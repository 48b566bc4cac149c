import { parseUnsigned } from './integer.ts';

/** One rule of a throttling env: from `units` on, a request waits `waitMs`, or is refused after them. */
export interface ThrottlingRule {
  readonly units: bigint;
  readonly waitMs: bigint;
}

/** What `units*delay*ms,units*reject*ms` says; a part that is left out is absent. */
export interface Throttling {
  readonly delay?: ThrottlingRule;
  readonly reject?: ThrottlingRule;
}

/** Why a value is no throttling, in upstream's words. */
export type Hint = string;

const MULTIPLIERS: Readonly<Record<string, bigint>> = { K: 1n << 10n, M: 1n << 20n };

/** Reads a throttling env (`throttling_controller.cpp parse_from_env`). */
export function parseThrottling(value: string): Throttling | Hint {
  const items = splitArgs(value, ',').filter((item) => item !== '');
  if (items.length === 0) return "The value shouldn't be empty";
  const found: { delay?: ThrottlingRule; reject?: ThrottlingRule } = {};
  for (const item of items) {
    const rule = parseRule(item);
    if (typeof rule === 'string') return rule;
    if (found[rule.kind] !== undefined) return `duplicate '${rule.kind}' config`;
    found[rule.kind] = rule;
  }
  return found;
}

/** Units of a read limit by size, per second; 0 = no limit (`token_bucket_throttling_controller.cpp`). */
export function parseReadSizeLimit(value: string): bigint | Hint {
  const plain = parseUnits(value);
  if (typeof plain === 'bigint' && plain > 0n) return plain;
  const single = parseRule(value);
  if (typeof single !== 'string' && single.kind === 'delay') return 0n;
  const parsed = parseThrottling(value);
  if (typeof parsed === 'string') return parsed;
  const units = parsed.reject?.units ?? 0n;
  return units === 0n ? 'reject value should be greater than 0' : units;
}

function parseRule(item: string): (ThrottlingRule & { kind: 'delay' | 'reject' }) | Hint {
  const fields = splitArgs(item, '*');
  if (fields.length !== 3) return `The field count of '${item}' separated by '*' must be 3`;
  const [size, kind, wait] = fields as [string, string, string];
  const units = parseUnits(size);
  if (typeof units === 'string') return units;
  if (kind !== 'delay' && kind !== 'reject') return `'${kind}' should be 'delay' or 'reject'`;
  const waitMs = parseUnsigned(wait, 64);
  return waitMs === undefined ? `'${wait}' should be an unsigned integer` : { kind, units, waitMs };
}

function parseUnits(text: string): bigint | Hint {
  const multiplier = MULTIPLIERS[text.slice(-1)];
  const digits = multiplier === undefined ? text : text.slice(0, -1);
  const number = parseUnsigned(digits, 64);
  if (number === undefined) return `'${digits}' should be an unsigned integer`;
  const units = number * (multiplier ?? 1n);
  return units < 1n << 64n ? units : `'${digits}' result is overflow`;
}

/** Fields without the space around them (`src/utils/strings.cpp split_args`, which keeps empty ones here). */
export function splitArgs(text: string, separator: string): string[] {
  return text.split(separator).map((field) => field.replace(/^[ \t]+/, '').replace(/[ \t\r\n]+$/, ''));
}
