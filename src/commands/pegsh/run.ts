import { command } from '../command.ts';
import { readOwn } from '../grammar/own.ts';
import type { RunFileOptions } from '../shell.ts';

interface RunArgs extends RunFileOptions {
  readonly file: string;
}

export default command<RunArgs, { file: string; exit_code: number }>({
  dialect: 'pegsh',
  name: 'run',
  summary: 'Run the lines of a file, one after another, until one fails.',
  usage: 'run FILE [ARG]… [--keep-going] [--timing]',
  examples: [
    'pegsh run setup.pegsh',
    'pegsh run checks.pegsh users --keep-going',
    'pegsh run - users < FILE',
  ],
  offline: true,
  isHarmless: true,
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'run',
      words: ['FILE', '[ARG…]'],
      switches: ['keep-going', 'timing'],
    });
    const [file = '', ...args] = typed.words;
    return { file, args, keepGoing: typed.has('keep-going'), timing: typed.has('timing') };
  },
  async run(ctx, { file, ...options }) {
    return { file, exit_code: await ctx.shell.runFile(file, options) };
  },
  print: (reply) => ({ exitCode: reply.exit_code }),
});
