import * as v from 'valibot';
import { integer } from '../storage/integer.ts';

/** `realtime` follows the wall clock from where it stood; `manual` moves only when told. Times in microseconds. */
const clockSchema = v.object({
  mode: v.picklist(['realtime', 'manual']),
  now_us: integer,
  wall_us: integer,
});
export type ClockRecord = v.InferOutput<typeof clockSchema>;

const workspaceSettingsSchema = v.object({
  seed: integer,
  current_cluster: v.string(),
  /** Names, by order of creation. */
  clusters: v.array(v.string()),
  /** How many clusters were ever made: the next one's id and ports follow from it. */
  clusters_made: integer,
  /** Clusters elsewhere: the addresses of their meta servers, by name. */
  real_clusters: v.optional(v.record(v.string(), v.array(v.string()))),
});
export type WorkspaceSettings = v.InferOutput<typeof workspaceSettingsSchema>;

/** What `workspace.json` holds under its keys `clock`, `settings`. */
export const workspaceSchema = v.union([clockSchema, workspaceSettingsSchema]);

/** A pending timer: data, so that it survives between two commands. */
export const timerSchema = v.object({
  at_us: integer,
  cluster: v.string(),
  node: v.string(),
  kind: v.string(),
  gpid: v.string(),
  data: v.optional(v.unknown()),
  /** It changes nothing unless something else happens before. */
  retry: v.optional(v.boolean()),
});
export type Timer = v.InferOutput<typeof timerSchema>;
