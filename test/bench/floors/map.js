// The floor under the memory of a record: a Map of latin1 strings. Prints bytes for a record, as JSON; wants --expose-gc.
import { HASH_KEYS, hashKey, RECORDS, recordsOfOne } from '../served/records.js';

const map = new Map();
const before = heldBytes();
for (let at = 0; at < HASH_KEYS; at++) {
  for (const { sortKey, value } of recordsOfOne()) map.set(latin1(hashKey(at) + sortKey), latin1(value));
}
const record = (heldBytes() - before) / RECORDS;
if (map.size !== RECORDS) throw new Error(`${map.size} records`);
process.stdout.write(`${JSON.stringify({ record })}\n`);

/** Bytes of its own, as of one that came over a socket. */
function latin1(text) {
  return Buffer.from(text).toString('latin1');
}

function heldBytes() {
  global.gc();
  return process.memoryUsage().heapUsed;
}
