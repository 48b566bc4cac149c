import * as v from 'valibot';
import { integer } from '../storage/integer.ts';
import { bytesTextSchema } from './bytes.ts';

/** `[raw key, value, expire, timetag in hexadecimal]`: a record of a checkpoint, on one line. */
export const recordRowSchema = v.strictTuple([
  bytesTextSchema,
  bytesTextSchema,
  v.pipe(integer, v.minValue(0)),
  v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/)),
]);
export type RecordRow = v.InferOutput<typeof recordRowSchema>;
