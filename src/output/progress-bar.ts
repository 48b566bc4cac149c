/**
 * One drawing of cheggaaa/pb's "Full" bar, as admin-cli shows it while a table gets ready.
 *
 * @param width columns of the whole line
 * @param seconds since the start
 */
export function progressBar(current: number, total: number, width: number, seconds: number): string {
  const isDone = current >= total;
  const speed = seconds > 0 && current > 0 ? Math.floor(current / seconds) : undefined;
  const left = `${current} / ${total} `;
  const right = ` ${((current / total) * 100).toFixed(2)}% ${speed ?? '?'} p/s ${rest(current, total, seconds)}`;
  const cells = Math.max(width - left.length - right.length - 2, 0);
  return `${left}[${filled(isDone, Math.floor((cells * current) / total), cells)}]${right}`;
}

function rest(current: number, total: number, seconds: number): string {
  if (current >= total) return `${seconds}s`;
  if (seconds === 0 || current === 0) return '?';
  return `ETA ${Math.floor(((total - current) * seconds) / current)}s`;
}

function filled(isDone: boolean, done: number, cells: number): string {
  if (isDone) return '-'.repeat(cells);
  if (done === 0) return '_'.repeat(cells);
  return `${'-'.repeat(done - 1)}>${'_'.repeat(cells - done)}`;
}
