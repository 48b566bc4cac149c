import { sanitize } from '../../../output/sanitize.ts';
import type { AnyCommand } from '../../command.ts';
import { planToControlSplit } from '../../dry-run/table-change-plan.ts';
import { numberFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Args {
  readonly table: string;
  /** -1 = all partitions. */
  readonly parent: number;
}

/** `pause` and `restart` (`executor/partition_split.go`). */
export function controlCommand(verb: 'pause' | 'restart'): AnyCommand {
  return grumbleCommand<Args, Args>({
    name: `partition-split ${verb}`,
    help: `${verb} partition split for specific partition or all partitions of a table`,
    usage: `${verb} <-a|--tableName TABLE_NAME> [-i|--parentPidx PARENT_PIDX]`,
    flags: [TABLE_FLAG, numberFlag('int', 'i', 'parentPidx', 'parent partition index', -1)],
    examples: [`partition-split ${verb} -a temp`, `partition-split ${verb} -a temp -i 3`],
    parse: (parsed) => ({ table: tableOf(parsed), parent: Number(parsed.flags.get('parentPidx')) }),
    plan: (ctx, { table, parent }) => planToControlSplit(ctx, table, verb, parent),
    async run({ meta }, { table, parent }) {
      const control_type = verb === 'pause' ? 'PAUSE' : 'RESTART';
      const request = { app_name: table, control_type, parent_pidx: parent } as const;
      await answered('ControlPartitionSplit', meta.controlPartitionSplit(request));
      return { table, parent };
    },
    print({ table, parent }) {
      const which = parent < 0 ? 'all partition' : `partition[${parent}]`;
      return { out: `Table ${sanitize(table)} ${which} ${verb} split succeed\n` };
    },
  });
}
