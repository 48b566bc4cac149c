/**
 * The weight that stands out from all others by so many standard deviations; where these do not differ, it only has to
 * be above them (`hotkey_collector.cpp find_outlier_index`).
 *
 * @param weights three at least
 * @returns its index; undefined where none does
 */
export function outlierOf(weights: readonly number[], threshold: number): number | undefined {
  const highest = Math.max(...weights);
  if (highest === 0) return undefined;
  const hot = weights.indexOf(highest);
  const others = weights.filter((_, index) => index !== hot);
  const mean = others.reduce((sum, weight) => sum + weight, 0) / others.length;
  const squares = others.reduce((sum, weight) => sum + (weight - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (others.length - 1));
  const isHot = deviation === 0 ? highest > mean : (highest - mean) / deviation >= threshold;
  return isHot ? hot : undefined;
}
