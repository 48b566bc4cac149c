import type { MetaServer } from '../meta/meta-server.ts';
import { type HttpReply, type HttpRequest, ok } from './route.ts';
import { type Row, type Table, tablesJson } from './tables.ts';

/** `/meta/nodes`: the replica servers, with `detail` what each has too. */
export function nodes(meta: MetaServer, { args, outward, cluster: { record } }: HttpRequest): HttpReply {
  const alive = meta.liveness.nodes('alive');
  const dead = meta.liveness.nodes('dead');
  const all = [...alive, ...dead].sort();
  const partitions = meta.tree
    .apps()
    .filter(({ status }) => status === 'AS_AVAILABLE')
    .flatMap((app) => meta.tree.lookAtAll(app));
  const counts = (node: string): Row => {
    const primaries = partitions.filter(({ primary }) => primary === node).length;
    const secondaries = partitions.filter((partition) => partition.secondaries.includes(node)).length;
    return [primaries + secondaries, primaries, secondaries];
  };
  const isDetailed = args.has('detail');
  const details: Table = {
    name: 'details',
    titles: [
      'address',
      'status',
      ...(isDetailed ? ['replica_count', 'primary_count', 'secondary_count'] : []),
    ],
    rows: all
      .filter((node) => record.replicas.includes(node))
      .map((node) => [
        outward(node),
        alive.includes(node) ? 'ALIVE' : 'UNALIVE',
        ...(isDetailed ? counts(node) : []),
      ]),
  };
  const summary: Table = {
    name: 'summary',
    rows: [
      ['total_node_count', all.length],
      ['alive_node_count', alive.length],
      ['unalive_node_count', dead.length],
    ],
  };
  return ok(tablesJson([details, summary]));
}
