import * as v from 'valibot';

/** The env of a table that holds what compaction does to its records besides (`src/server/compaction_operation.h`). */
export const COMPACTION_ENV = 'user_specified_compaction';

const entry = v.object({ type: v.string(), params: v.string() });

/** Its value, as JSON; `params` is JSON in text again. */
export const COMPACTION_SCHEMA = v.object({
  ops: v.array(v.object({ ...entry.entries, rules: v.array(entry) })),
});

export type CompactionOperations = v.InferOutput<typeof COMPACTION_SCHEMA>;
export type CompactionOperation = CompactionOperations['ops'][number];
