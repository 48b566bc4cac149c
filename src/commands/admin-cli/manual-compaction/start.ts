import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { planToCompact } from '../../dry-run/table-change-plan.ts';
import { boolFlag, numberFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Args {
  readonly table: string;
  /** -1 = the lowest. */
  readonly targetLevel: number;
  /** 0 = no limit. */
  readonly maxRunningCount: number;
  readonly bottommost: boolean;
}

interface Reply {
  readonly table: string;
}

/** Has the replicas of a table compact themselves (`executor/manual_compaction.go StartManualCompaction`). */
export default grumbleCommand<Args, Reply>({
  name: 'manual-compaction start',
  help: 'start manual compaction for a specific table',
  flags: [
    TABLE_FLAG,
    numberFlag('int', 'l', 'targetLevel', 'compacted files move level, default value is -1', -1),
    numberFlag(
      'int',
      'c',
      'maxConcurrentRunningCount',
      'max concurrent running count, default value is 0, no limited',
      0,
    ),
    boolFlag(
      'b',
      'bottommostLevelCompaction',
      'bottommost level files will be compacted or not, default value is false',
    ),
  ],
  examples: ['manual-compaction start -a temp', 'manual-compaction start -a temp -l 2 -c 1 -b'],
  parse(parsed) {
    const { flags } = parsed;
    const table = tableOf(parsed);
    const targetLevel = Number(flags.get('targetLevel'));
    const maxRunningCount = Number(flags.get('maxConcurrentRunningCount'));
    if (targetLevel < -1) throw new UsageError('targetLevel should be greater than -1');
    if (maxRunningCount < 0) throw new UsageError('maxRunningCount should be greater than 0');
    return {
      table,
      targetLevel,
      maxRunningCount,
      bottommost: flags.get('bottommostLevelCompaction') === true,
    };
  },
  plan: (ctx, { table }) => planToCompact(ctx, table),
  async run({ meta }, { table, targetLevel, maxRunningCount, bottommost }) {
    const request = {
      app_name: table,
      target_level: targetLevel,
      max_running_count: maxRunningCount,
      bottommost,
    };
    await answered('StartManualCompact', meta.startManualCompact(request));
    return { table };
  },
  print: ({ table }) => ({ out: `Table ${sanitize(table)} start manual compaction succeed\n` }),
});
