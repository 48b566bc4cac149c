import type { Context } from '../command.ts';

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
