import { numberFlag, textFlag } from '../../grammar/grumble.ts';
import type { Declared } from './declared.ts';

/** About tables. */
export const TABLE_COMMANDS: readonly Declared[] = [
  {
    name: 'table-migrator',
    help: 'migrate table from current cluster to another via table duplication and metaproxy',
    flags: [
      textFlag('t', 'table', 'table name'),
      textFlag(
        'n',
        'node',
        'zk node, addrs:port, default equal with peagsus cluster zk addrs, you can use `cluster-info` to show it',
      ),
      textFlag(
        'r',
        'root',
        "zk root path. the tool will update table addrs in the path of meatproxy, if you don't specify it, that is means user need manual-switch the table addrs",
      ),
      textFlag('c', 'cluster', 'target cluster name'),
      textFlag('m', 'meta', 'target meta list'),
      numberFlag(
        'float',
        'p',
        'threshold',
        'pending mutation threshold when server will reject all write request',
        100000,
      ),
    ],
  },
];
