import { readOwn } from '../../grammar/own.ts';
import type { Snapshot } from '../../shell.ts';
import { own } from '../shared/own-command.ts';

export default own<{ names: readonly string[] }, { removed: readonly string[] }>({
  name: 'snapshot remove',
  summary: 'Delete snapshots.',
  usage: 'snapshot remove NAME…',
  examples: ['pegsh snapshot remove before-upgrade'],
  offline: true,
  confirmsPeopleOnly: true,
  confirm: ({ names }) => names.join(' '),
  parse: (argv) => ({ names: readOwn(argv, { command: 'snapshot remove', words: ['NAME…'] }).words }),
  async plan({ shell }, { names }) {
    const snapshots = (await shell.workspace.snapshots()).list().filter(({ name }) => names.includes(name));
    return {
      action: `delete ${names.length === 1 ? 'snapshot' : 'snapshots'} ${names.join(', ')}`,
      counts: { files: sum(snapshots, 'files'), bytes: sum(snapshots, 'bytes') },
      samples: [],
    };
  },
  async run(ctx, { names }) {
    (await ctx.shell.workspace.snapshots()).remove(names);
    return { removed: names };
  },
  print: ({ removed }) => ({ out: removed.map((name) => `snapshot ${name} removed\n`).join('') }),
});

function sum(snapshots: readonly Snapshot[], field: 'files' | 'bytes'): number {
  return snapshots.reduce((total, snapshot) => total + snapshot[field], 0);
}
