// Serves an empty folder, drives it, and prints what each thing takes, in microseconds, as JSON: `rates.js RUN DIRECTORY`.
// Each takes a fifth of a second or more: less is mostly what V8 still compiles, and chance.
import { connect } from 'pegsh/client';
import { drive } from './drive.js';
import { GET, PUT } from './frames.js';
import { primaryAmong, serve } from './process.js';

const MULTI_SETS = 1000;
const IN_ONE = 100;
const CALLERS = 16;

const [, , pegsh, directory] = process.argv;
const { child, metas, replicas } = await serve(pegsh, directory);
const primary = await primaryAmong(replicas);
const get1 = await drive(primary, GET, 1, 10_000);
const get16 = await drive(primary, GET, 16, 40_000);
const get64 = await drive(primary, GET, 64, 160_000);
const set64 = await drive(primary, PUT, 64, 32_000);

const pegasus = connect(metas);
const table = pegasus.table('stat');
const multiSetUs = await multiSets();
const scanUs = await fullScan();
await pegasus.close();
child.kill('SIGKILL');

const figures = {
  get1: get1.p50,
  get16: get16.perRequest,
  get64: get64.perRequest,
  set64: set64.perRequest,
  multiSet: multiSetUs,
  scan: scanUs,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);

/** Microseconds for a record. */
async function multiSets() {
  const value = 'v'.repeat(100);
  const records = Array.from({ length: IN_ONE }, (_, at) => ({ sortKey: `s${at}`, value }));
  let next = 0;
  const caller = async () => {
    while (next < MULTI_SETS) await table.multiSet(`user${next++}`, records);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return ((performance.now() - start) * 1000) / (MULTI_SETS * IN_ONE);
}

/** Microseconds for a record. */
async function fullScan() {
  const start = performance.now();
  let found = 0;
  for await (const _ of table.scan()) found++;
  if (found !== MULTI_SETS * IN_ONE) throw new Error(`${found} records scanned`);
  return ((performance.now() - start) * 1000) / found;
}
