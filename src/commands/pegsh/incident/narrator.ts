import type { Audience } from '../../../operations/incident.ts';
import { bold, endLine } from '../../../output/ansi.ts';
import type { Context } from '../../command.ts';

/** Tells a story on stdout while it goes on; with `waits`, each step waits for Enter. Under `--json` it is silent. */
export function narrator(ctx: Context, waits: boolean): Audience {
  const { stdout, color } = ctx.terminal;
  const say = (text: string): void => {
    if (!ctx.json) stdout.write(text);
  };
  const loud = (text: string): string => (color ? bold(text) : text);
  let isAfterOutput = false;
  return {
    opening: (lines) => say(lines.map((line) => `${line}\n`).join('')),
    told(text) {
      say(`${isAfterOutput ? '\n' : ''}${text}\n`);
      isAfterOutput = false;
    },
    command: (line) => say(`\n${loud(`$ pegsh ${line}`)}\n`),
    output(text, exitCode) {
      say(withEnd(text) + (exitCode === 0 ? '' : `[${exitCode}]\n`));
      isAfterOutput = true;
    },
    async step(title, number, count) {
      if (waits && number > 1) await ctx.ask('\nEnter goes on: ');
      isAfterOutput = false;
      say(`\n${loud(`== ${number}/${count} ${title}`)}\n`);
    },
  };
}

function withEnd(text: string): string {
  return text === '' ? '' : endLine(text);
}
