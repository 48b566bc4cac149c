import * as z from 'zod';

/** `realtime` follows the wall clock from where it stood; `manual` moves only when told. Times in microseconds. */
export const clockSchema = z.object({
  mode: z.enum(['realtime', 'manual']),
  now_us: z.number().int(),
  wall_us: z.number().int(),
});
export type ClockRecord = z.infer<typeof clockSchema>;

export const workspaceSettingsSchema = z.object({
  seed: z.number().int(),
  current_cluster: z.string(),
  /** Names, by order of creation. */
  clusters: z.array(z.string()),
  /** How many clusters were ever made: the next one's id and ports follow from it. */
  clusters_made: z.number().int(),
});
export type WorkspaceSettings = z.infer<typeof workspaceSettingsSchema>;

/** What `workspace.json` holds under its keys `clock`, `settings`. */
export const workspaceSchema = z.union([clockSchema, workspaceSettingsSchema]);

/** A pending timer: data, so that it survives between two commands. */
export const timerSchema = z.object({
  at_us: z.number().int(),
  cluster: z.string(),
  node: z.string(),
  kind: z.string(),
  gpid: z.string(),
  data: z.unknown().optional(),
});
export type Timer = z.infer<typeof timerSchema>;
