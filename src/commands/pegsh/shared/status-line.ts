import type { Context } from '../../command.ts';

const BAR_WIDTH = 30;

/** Shows one line in the place of the one before, on stderr and only on a terminal; an empty one takes it away. */
export function statusLine({ terminal, json }: Context): (text: string) => void {
  const { interactive, screen, stderr } = terminal;
  if (!interactive || screen === undefined || json) return () => undefined;
  let shown = '';
  return (text) => {
    if (text === shown) return;
    shown = text;
    stderr.write(`\r\x1b[K${text.slice(0, screen.size.columns - 1)}`);
  };
}

/** Draws how far something is as the status line, which goes when all is done. */
export function progressBar(ctx: Context, total: number): (done: number) => void {
  const show = statusLine(ctx);
  let drawn = -1;
  return (done) => {
    const filled = Math.floor((done / total) * BAR_WIDTH);
    if (filled === drawn) return;
    drawn = filled;
    const bar = '#'.repeat(filled) + '.'.repeat(BAR_WIDTH - filled);
    show(done === total ? '' : `[${bar}] ${done} of ${total}`);
  };
}
