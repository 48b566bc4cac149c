import { command } from '../command.ts';
import { readOwn } from '../grammar/own.ts';

interface RunArgs {
  readonly file: string;
  readonly keepGoing: boolean;
}

export default command<RunArgs, { file: string; exit_code: number }>({
  dialect: 'pegsh',
  name: 'run',
  summary: 'Run the lines of a file, one after another, until one fails.',
  usage: 'run FILE [--keep-going]',
  examples: ['pegsh run setup.pegsh', 'pegsh run checks.pegsh --keep-going'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'run', words: ['FILE'], switches: ['keep-going'] });
    return { file: typed.words[0]!, keepGoing: typed.has('keep-going') };
  },
  async run(ctx, { file, keepGoing }) {
    return { file, exit_code: await ctx.shell.runFile(file, { keepGoing }) };
  },
  print: (reply) => ({ exitCode: reply.exit_code }),
});
