import { byteOrder } from '../../../output/json.ts';
import { tablewriter } from '../../../output/tablewriter.ts';
import type { NodeInfo } from '../../../rpc/idl/cluster.ts';
import type { PartitionConfiguration } from '../../../rpc/idl/layer2.ts';
import { refused } from './meta-call.ts';

export interface NodeRow {
  /** `localhost(127.0.0.1:34801)`. */
  readonly node: string;
  readonly status: NodeInfo['status'];
  readonly primary: number;
  readonly secondary: number;
}

const INCONSISTENT = 'inconsistent state: nodes are updated';

/**
 * What each node holds of these partitions, by name of the node.
 *
 * @param what stands before the error
 * @throws Refusal when a replica lives on a node that is not listed
 */
export function nodeRows(
  infos: readonly NodeInfo[],
  partitions: readonly PartitionConfiguration[],
  what = '',
): NodeRow[] {
  const primaries = partitions.map(({ primary }) => primary).filter((node) => node !== '');
  const secondaries = partitions.flatMap((partition) => partition.secondaries);
  const listed = new Set(infos.map(({ node }) => node));
  if (![...primaries, ...secondaries].every((node) => listed.has(node))) {
    throw refused('ERR_INCONSISTENT_STATE', what + INCONSISTENT);
  }
  const count = (list: readonly string[], node: string) => list.filter((one) => one === node).length;
  const rows = infos.map((info) => ({
    node: combined(info),
    status: info.status,
    primary: count(primaries, info.node),
    secondary: count(secondaries, info.node),
  }));
  return rows.sort((a, b) => byteOrder(a.node, b.node));
}

/** Host name and address; a node that nobody named is `unknown`. */
export function combined({ node, hp_node }: Pick<NodeInfo, 'node' | 'hp_node'>): string {
  const host = hp_node?.slice(0, hp_node.lastIndexOf(':')) ?? '';
  return `${host === '' ? 'unknown' : host}(${node})`;
}

/** With the sums in its footer. */
export function nodeTable(rows: readonly NodeRow[]): string {
  const alive = rows.filter(({ status }) => status === 'NS_ALIVE').length;
  const sum = (of: (row: NodeRow) => number) => String(rows.reduce((total, row) => total + of(row), 0));
  return tablewriter({
    header: ['Node', 'Status', 'Replica', 'Primary', 'Secondary'],
    rows: rows.map(({ node, status, primary, secondary }) => [
      node,
      status,
      String(primary + secondary),
      String(primary),
      String(secondary),
    ]),
    footer: [
      `Alive(${alive}) | Unalive(${rows.length - alive})`,
      `Total(${rows.length})`,
      sum(({ primary, secondary }) => primary + secondary),
      sum(({ primary }) => primary),
      sum(({ secondary }) => secondary),
    ],
  });
}
