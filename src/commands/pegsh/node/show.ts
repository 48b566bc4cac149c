import { sanitize } from '../../../output/sanitize.ts';
import type { ShowNodeResponse } from '../../../rpc/idl/control.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns, fields } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';
import { nodeState } from './list.ts';

export default own<{ node: string }, ShowNodeResponse>({
  name: 'node show',
  summary: 'Show one server: its process, its crashes, its replicas.',
  usage: 'node show NODE',
  examples: ['pegsh node show replica1', 'pegsh node show localhost:34801'],
  isLook: true,
  parse: (argv) => ({ node: readOwn(argv, { command: 'node show', words: ['NODE'] }).words[0] as string }),
  run: (ctx, { node }) => ctx.control.showNode({ cluster: ctx.session.cluster, node }),
  print(reply, _, { width }) {
    return {
      out: [factsOf(reply), crashesOf(reply), replicasOf(reply, width)]
        .filter((part) => part !== '')
        .join('\n'),
    };
  },
});

function factsOf({ node }: ShowNodeResponse): string {
  return fields([
    ['name', node.name],
    ['address', node.node],
    ['role', node.role],
    ['state', nodeState(node.state)],
    ['since', dateTime(node.since_us / 1000)],
    ['crashes', node.crashes],
  ]);
}

function crashesOf({ crashes }: ShowNodeResponse): string {
  return crashes
    .map(({ time_us, location, log_line }, at) => {
      const when = dateTime(time_us / 1000);
      return `crash ${at + 1} at ${when} in ${sanitize(location)}\n  ${sanitize(log_line)}\n`;
    })
    .join('');
}

function replicasOf({ replicas }: ShowNodeResponse, width: number): string {
  if (replicas.length === 0) return '';
  return columns(
    ['gpid', 'table', 'status', 'ballot', 'committed', 'prepared', 'durable', 'plog'],
    replicas.map((replica) => [
      replica.gpid,
      replica.app_name,
      replica.status,
      replica.ballot,
      replica.last_committed_decree,
      replica.last_prepared_decree,
      replica.last_durable_decree,
      replica.max_plog_decree,
    ]),
    width,
  );
}
