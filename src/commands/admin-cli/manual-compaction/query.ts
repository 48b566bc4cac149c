import { sanitize } from '../../../output/sanitize.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Reply {
  readonly table: string;
  /** Percent of the table's replicas. */
  readonly progress: number;
}

/** How far the compaction of a table is (`executor/manual_compaction.go QueryManualCompaction`). */
export default grumbleCommand<{ readonly table: string }, Reply>({
  name: 'manual-compaction query',
  help: 'query manual compaction progress for a specific table',
  flags: [TABLE_FLAG],
  examples: ['manual-compaction query -a temp'],
  isLook: true,
  parse: (parsed) => ({ table: tableOf(parsed) }),
  async run({ meta }, { table }) {
    const request = meta.queryManualCompact({ app_name: table });
    const { progress = 0 } = await answered('QueryManualCompact', request);
    return { table, progress };
  },
  print: ({ table, progress }) => ({
    out: `Table ${sanitize(table)} manual compaction progress is ${progress}\n`,
  }),
});
