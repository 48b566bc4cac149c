import type { Context } from '../command.ts';

const WIDTH = 30;

/** Draws how far something is, on stderr and only on a terminal; the bar goes when all is done. */
export function progressBar(ctx: Context, total: number): (done: number) => void {
  if (!ctx.terminal.interactive || ctx.json) return () => undefined;
  let drawn = -1;
  return (done) => {
    const filled = Math.floor((done / total) * WIDTH);
    if (filled === drawn) return;
    drawn = filled;
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
    ctx.terminal.stderr.write(done === total ? '\r\x1b[K' : `\r[${bar}] ${done} of ${total}`);
  };
}
