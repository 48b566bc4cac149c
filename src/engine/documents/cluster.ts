import * as v from 'valibot';
import { integer } from '../storage/integer.ts';

/** One simulated cluster: who belongs to it. */
const clusterSchema = v.object({
  name: v.string(),
  /** Id in `[duplication-group]`, unless configured otherwise: 1 to 127, by order of creation. */
  cluster_id: integer,
  created_us: integer,
  metas: v.array(v.string()),
  replicas: v.array(v.string()),
  /** The meta server that holds the leader's lock; '' = none runs. */
  leader: v.string(),
  /** Upstream issues whose old behaviour is switched on. */
  defects: v.array(v.string()),
  /** Bugs of the simulated release that this cluster does not have. */
  repairs: v.optional(v.array(v.string())),
});
export type ClusterRecord = v.InferOutput<typeof clusterSchema>;

/** Configuration that was set by `cluster config`: `section.key` to text. */
const overridesSchema = v.record(v.string(), v.string());

/** A server as its operator sees it, whether it runs or not. */
const nodeSchema = v.object({
  role: v.picklist(['meta', 'replica']),
  state: v.picklist(['running', 'stopped', 'killed', 'crashed']),
  since_us: integer,
  crashes: integer,
  /** What its process goes by besides the configuration: what it read when it started, what it was told since. */
  flags: v.optional(overridesSchema),
});
export type NodeRecord = v.InferOutput<typeof nodeSchema>;

export const clusterDocumentSchema = v.union([clusterSchema, nodeSchema, overridesSchema]);

/** What a failed assertion leaves behind: `nodes/<node>/crashes/<time>.json`. */
export const crashSchema = v.object({
  time_us: integer,
  node: v.string(),
  gpid: v.string(),
  location: v.string(),
  assertion: v.string(),
  log_line: v.string(),
  stack: v.array(v.string()),
});
export type CrashRecord = v.InferOutput<typeof crashSchema>;
