import * as v from 'valibot';
import { FaultKind } from '../../rpc/idl/control.ts';
import { integer } from '../storage/integer.ts';
import { enumSchema } from './enum.ts';

/** A fault that was asked for: waiting for its time, or at work. */
const faultSchema = v.object({
  id: integer,
  kind: enumSchema(FaultKind),
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
