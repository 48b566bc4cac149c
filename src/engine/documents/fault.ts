import * as v from 'valibot';
import { integer } from '../storage/integer.ts';

/**
 * Kinds of faults. Those of messages and disks have the names of upstream's fault injector where it has them
 * (`src/runtime/fault_injector.cpp`).
 */
export const FAULT_KINDS = [
  'node_kill',
  'node_stop',
  'node_hang',
  'node_wipe',
  'partition',
  'rpc_request_drop',
  'rpc_response_drop',
  'rpc_request_delay',
  'rpc_response_delay',
  'auth_refuse',
  'acl_deny',
  'disk_full',
  'disk_read_only',
  'disk_read_fail',
  'disk_write_fail',
  'disk_io_delay',
  'disk_corrupt',
  'clock_skew',
  'zookeeper_timeout',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that was asked for: waiting for its time, or at work. */
export const faultSchema = v.object({
  id: integer,
  kind: v.picklist(FAULT_KINDS),
  /**
   * Ends of a connection: `client`, `all`, `<cluster>/*`, `<cluster>/<host:port>`. Calls go from the first to the
   * second; a fault of one server has it as the first.
   */
  from: v.string(),
  to: v.string(),
  /** Messages from the first end to the second only. */
  one_way: v.boolean(),
  /** How many of the messages or disk operations it hits, 0 to 1. */
  ratio: v.number(),
  min_us: integer,
  max_us: integer,
  begins_us: integer,
  /** When it heals by itself; 0 = when it is cleared. */
  ends_us: integer,
  is_active: v.boolean(),
  /** How many draws its ratio has cost so far: the next one's number. */
  draws: integer,
});
export type FaultRecord = v.InferOutput<typeof faultSchema>;

/** What `faults.json` holds: faults by id, and under `made` how many there ever were. */
export const faultDocumentSchema = v.union([faultSchema, integer]);
