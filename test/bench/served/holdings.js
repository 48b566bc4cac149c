// Prints what a served cluster holds for an empty replica, in KiB, and for a record at r=3, in bytes, as JSON:
// `holdings.js RUN DIRECTORY`.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from 'pegsh/client';
import { serve } from './process.js';
import { HASH_KEYS, hashKey, RECORDS, recordsOfOne } from './records.js';

const TELL_MEMORY = fileURLToPath(new URL('tell-memory.cjs', import.meta.url));
const PARTITIONS = 1024;
const REPLICAS = 3;

const [, , pegsh, directory] = process.argv;
const { child, metas } = await serve(pegsh, directory, ['--expose-gc', '--require', TELL_MEMORY]);

const fresh = await heldBytes();
const create = ['-w', directory, 'create', '-p', `${PARTITIONS}`, '-r', `${REPLICAS}`, 'wide'];
execFileSync(process.execPath, [pegsh, ...create]);
const withReplicas = await heldBytes();
await fill('stat');
const withRecords = await heldBytes();
child.kill('SIGKILL');

const replica = (withReplicas - fresh) / (PARTITIONS * REPLICAS) / 1024;
const record = (withRecords - withReplicas) / RECORDS;
process.stdout.write(`${JSON.stringify({ replica, record })}\n`);

async function fill(name) {
  const pegasus = connect(metas);
  const table = pegasus.table(name);
  for (let at = 0; at < HASH_KEYS; at++) await table.multiSet(hashKey(at), recordsOfOne());
  await pegasus.close();
}

async function heldBytes() {
  child.send('memory');
  const [bytes] = await once(child, 'message');
  return bytes;
}
