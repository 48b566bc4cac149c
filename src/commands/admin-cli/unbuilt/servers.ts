import { boolFlag, numberFlag, textFlag } from '../../grammar/grumble.ts';
import type { Declared } from './declared.ts';

/** About servers and their disks. */
export const SERVER_COMMANDS: readonly Declared[] = [
  {
    name: 'nodes-migrator',
    help: 'migrate all replicas from nodes to other node',
    flags: [
      textFlag('f', 'from', 'origin nodes list, such as: 127.0.0.1:34801,127.0.0.2:34801'),
      textFlag('t', 'to', 'target nodes list, such as: 127.0.0.3:34802,127.0.0.3:34802'),
      textFlag('a', 'table', 'specify the table list(default migrate all table)'),
      numberFlag('int', 'c', 'concurrent', 'max concurrent replica migrate task count(default 1)', 1),
      boolFlag(
        undefined,
        'batch_table',
        'whether to batch migrate multi tables(default false, tips: set true when only table partition size is less 1GB)',
      ),
      boolFlag(
        undefined,
        'batch_target',
        'whether to batch migrate to multi targets(default false, tips: disable it will decrease the influence but increase time)',
      ),
      numberFlag(
        'int',
        undefined,
        'final_target',
        'specify the final target count, note: this count is final count in cluster, and len(to) must be equal with it',
        0,
      ),
    ],
  },
];
