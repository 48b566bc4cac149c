/**
 * Where tests interrupt what they run, or damage a file: at so many of its file operations or bytes, by chance;
 * `INTERRUPTIONS=all` takes every one.
 * `INTERRUPTION_SEED` chooses others.
 */
const PLACES = process.env.INTERRUPTIONS;
const SEED = Number(process.env.INTERRUPTION_SEED ?? 4);

/** Numbers in [0, 1), the same in each run. */
export function chanceOf(seed = SEED): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Some of the numbers from 1 to `count`, in order, or all. */
export function places(count: number, usual: number, chance: () => number): number[] {
  const all = Array.from({ length: count }, (_, at) => at + 1);
  const wanted = PLACES === undefined ? usual : Number(PLACES);
  if (PLACES === 'all' || wanted >= count) return all;
  const chosen = new Set<number>();
  while (chosen.size < wanted) chosen.add(1 + Math.floor(chance() * count));
  return all.filter((place) => chosen.has(place));
}
