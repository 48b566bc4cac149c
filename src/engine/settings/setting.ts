/** Upstream's flag types (`src/utils/flags.h`), with what each may hold. */
const RANGES = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

export type SettingType = keyof typeof RANGES | 'bool' | 'string';

/** One tunable of a cluster, by upstream's `section.key`. */
export interface Setting<T extends number | boolean | string = number | boolean | string> {
  readonly type: SettingType;
  readonly value: T;
  readonly unit: string;
  readonly meaning: string;
  /** Whether a running server takes a new value at once; else when it starts next. */
  readonly mutable: boolean;
  /** When what a running server has taken shows, where that is later. */
  readonly seen?: string;
  /** Whether anything here goes by it. */
  readonly hasEffect: boolean;
  /** What a value must be besides one of its type: the words, and the rule. */
  readonly limit: Limit | undefined;
}

interface Limit {
  readonly words: string;
  readonly holds: (value: string) => boolean;
}

export interface Inert {
  readonly hasEffect: false;
}

type NumberType = Exclude<SettingType, 'bool' | 'string'>;

function numberOf(type: NumberType) {
  return (value: number, unit: string, meaning: string, limit?: Limit): Setting<number> => {
    return { type, value, unit, meaning, mutable: false, hasEffect: true, limit };
  };
}

export const int32 = numberOf('int32');
export const uint32 = numberOf('uint32');
export const int64 = numberOf('int64');
export const uint64 = numberOf('uint64');

export function bool(value: boolean, meaning: string): Setting<boolean> {
  return { type: 'bool', value, unit: '', meaning, mutable: false, hasEffect: true, limit: undefined };
}

export function text(value: string, meaning: string, limit?: Limit): Setting<string> {
  return { type: 'string', value, unit: '', meaning, mutable: false, hasEffect: true, limit };
}

/** What a running server takes at once (upstream's tag `FT_MUTABLE`). */
export function mutable<S extends Setting>(setting: S, seen?: string): S {
  return { ...setting, mutable: true, ...(seen === undefined ? {} : { seen }) };
}

/** What a simulation has no use for: it can be written down and read, and changes nothing. */
export function inert<S extends Setting>(setting: S): Omit<S, 'hasEffect'> & Inert {
  return { ...setting, hasEffect: false };
}

export const WHEN_MEASURED = 'when disks are measured next';

export const POSITIVE: Limit = { words: 'above 0', holds: (value) => BigInt(value) > 0n };
export const PERCENT: Limit = {
  words: 'from 0 to 100',
  holds: (value) => BigInt(value) >= 0n && BigInt(value) <= 100n,
};
export const POWER_OF_TWO: Limit = {
  words: 'that is a power of two',
  holds: (value) => BigInt(value) > 0n && (BigInt(value) & (BigInt(value) - 1n)) === 0n,
};

export const ODD_PRIME: Limit = {
  words: 'that is a prime number above 2',
  holds: (value) => isOddPrime(Number(value)),
};

function isOddPrime(number: number): boolean {
  if (number < 3 || number % 2 === 0) return false;
  for (let divisor = 3; divisor * divisor <= number; divisor += 2) if (number % divisor === 0) return false;
  return true;
}

export function oneOf(...words: readonly string[]): Limit {
  return { words: `one of ${words.join(', ')}`, holds: (value) => words.includes(value) };
}

/** What a setting takes, in words; undefined when the text is a value of it. */
export function objectionTo(setting: Setting, value: string): string | undefined {
  if (!isOfType(setting.type, value)) return wanted(setting);
  return setting.limit === undefined || setting.limit.holds(value) ? undefined : wanted(setting);
}

export function isOfType(type: SettingType, value: string): boolean {
  if (type === 'string') return true;
  if (type === 'bool') return value === 'true' || value === 'false';
  if (!/^-?\d{1,20}$/.test(value)) return false;
  const [least, most] = RANGES[type];
  return BigInt(value) >= least && BigInt(value) <= most;
}

function wanted({ type, unit, limit }: Setting): string {
  if (type === 'bool') return 'true or false';
  if (type === 'string') return limit?.words ?? 'any text';
  const number = `a whole number${unit === '' ? '' : ` of ${unit}`}`;
  return limit === undefined ? `${number} (${type})` : `${number} ${limit.words}`;
}
