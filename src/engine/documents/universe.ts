import * as z from 'zod/mini';

/** `realtime` follows the wall clock from where it stood; `manual` moves only when told. Times in microseconds. */
export const clockSchema = z.object({
  mode: z.enum(['realtime', 'manual']),
  now_us: z.int(),
  wall_us: z.int(),
});
export type ClockRecord = z.infer<typeof clockSchema>;

export const workspaceSettingsSchema = z.object({
  seed: z.int(),
  current_cluster: z.string(),
  /** Names, by order of creation. */
  clusters: z.array(z.string()),
  /** How many clusters were ever made: the next one's id and ports follow from it. */
  clusters_made: z.int(),
});
export type WorkspaceSettings = z.infer<typeof workspaceSettingsSchema>;

/** What `workspace.json` holds under its keys `clock`, `settings`. */
export const workspaceSchema = z.union([clockSchema, workspaceSettingsSchema]);

/** A pending timer: data, so that it survives between two commands. */
export const timerSchema = z.object({
  at_us: z.int(),
  cluster: z.string(),
  node: z.string(),
  kind: z.string(),
  gpid: z.string(),
  data: z.optional(z.unknown()),
});
export type Timer = z.infer<typeof timerSchema>;
