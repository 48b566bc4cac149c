export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The sum of what comes under each name. */
export function sumByName(entries: Iterable<readonly [name: string, value: number]>): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, value] of entries) total[name] = (total[name] ?? 0) + value;
  return total;
}
