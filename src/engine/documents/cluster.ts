import * as z from 'zod/mini';

/** One simulated cluster: who belongs to it. */
export const clusterSchema = z.object({
  name: z.string(),
  /** Id in `[duplication-group]`: 1 to 127, by order of creation. */
  cluster_id: z.int(),
  created_us: z.int(),
  metas: z.array(z.string()),
  replicas: z.array(z.string()),
  /** The meta server that holds the leader's lock; '' = none runs. */
  leader: z.string(),
  /** Upstream issues whose old behaviour is switched on. */
  defects: z.array(z.string()),
});
export type ClusterRecord = z.infer<typeof clusterSchema>;

/** Configuration that was set by `cluster config`: `section.key` to text. */
export const overridesSchema = z.record(z.string(), z.string());

/** A server as its operator sees it, whether it runs or not. */
export const nodeSchema = z.object({
  role: z.enum(['meta', 'replica']),
  state: z.enum(['running', 'stopped', 'killed', 'crashed']),
  since_us: z.int(),
  crashes: z.int(),
  /** What its process goes by besides the configuration: what it read when it started, what it was told since. */
  flags: z.optional(overridesSchema),
});
export type NodeRecord = z.infer<typeof nodeSchema>;

export const clusterDocumentSchema = z.union([clusterSchema, nodeSchema, overridesSchema]);

/** What a failed assertion leaves behind: `nodes/<node>/crashes/<time>.json`. */
export const crashSchema = z.object({
  time_us: z.int(),
  node: z.string(),
  gpid: z.string(),
  location: z.string(),
  assertion: z.string(),
  log_line: z.string(),
  stack: z.array(z.string()),
});
export type CrashRecord = z.infer<typeof crashSchema>;
