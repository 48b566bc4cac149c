import { readOwn } from '../../grammar/own.ts';
import type { Snapshot } from '../../shell.ts';
import { own } from '../shared/own-command.ts';

export default own<{ name: string }, Snapshot>({
  name: 'snapshot save',
  summary: 'Keep a copy of the whole workspace.',
  usage: 'snapshot save NAME',
  examples: ['pegsh snapshot save before-upgrade'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'snapshot save', words: ['NAME'] });
    return { name: typed.words[0] as string };
  },
  run: async (ctx, { name }) => (await ctx.shell.workspace.snapshots()).save(name),
  print: ({ name }) => ({ out: `snapshot ${name} saved\n` }),
});
