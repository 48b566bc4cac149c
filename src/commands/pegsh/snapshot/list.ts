import { dateTime } from '../../../rpc/idl/time.ts';
import { readOwn } from '../../grammar/own.ts';
import type { Snapshot } from '../../shell.ts';
import { columns } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

export default own<void, readonly Snapshot[]>({
  name: 'snapshot list',
  summary: 'List the snapshots of this workspace.',
  usage: 'snapshot list',
  examples: ['pegsh snapshot list'],
  offline: true,
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'snapshot list' });
  },
  run: async (ctx) => (await ctx.shell.workspace.snapshots()).list(),
  print: (snapshots) => ({
    out: columns(['name', 'taken at', 'clusters', 'files', 'bytes'], snapshots.map(rowOf)),
  }),
});

/** The time is the workspace's own. */
function rowOf({ name, now_us, clusters, files, bytes }: Snapshot): (string | number)[] {
  return [name, dateTime(now_us / 1000), clusters.join(','), files, bytes];
}
