import { readOwn } from '../../grammar/own.ts';
import type { Snapshot } from '../../shell.ts';
import { own } from '../shared/own-command.ts';

export default own<{ name: string }, Snapshot>({
  name: 'snapshot restore',
  summary: 'Make the workspace what it was; what it is now is kept as snapshot before-restore.',
  usage: 'snapshot restore NAME',
  examples: ['pegsh snapshot restore before-upgrade'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'snapshot restore', words: ['NAME'] });
    return { name: typed.words[0] as string };
  },
  async plan(ctx, { name }) {
    const differences = (await ctx.shell.workspace.snapshots()).diff(name);
    const files = [...new Set(differences.map(({ path }) => path))];
    return {
      action: `make the workspace what it was at snapshot ${name}`,
      counts: { files: files.length, records: differences.length },
      samples: files.slice(0, 5),
    };
  },
  async run(ctx, { name }) {
    const snapshot = (await ctx.shell.workspace.snapshots()).restore(name);
    ctx.session.cluster = '';
    ctx.session.table = '';
    return snapshot;
  },
  print: ({ name }) => ({ out: `snapshot ${name} restored; what was there is snapshot before-restore\n` }),
});
