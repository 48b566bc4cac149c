import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WRITE_DOCUMENT = fileURLToPath(new URL('../floors/write-document.js', import.meta.url));
const READ_LINES = fileURLToPath(new URL('../floors/read-lines.js', import.meta.url));
const PARTITIONS = 1024;
const RECORDS = 1_000_000;
const SORT_KEYS = 100;

function create(lab, table) {
  const lines = `create table ${table} -p ${PARTITIONS} -r 3; wait --for=healthy --table ${table}`;
  return lab.pegshIn('tables', '-c', lines);
}

/** Prepares the lab and returns its rows. */
export function rowsIn(lab) {
  lab.run(lab.pegshIn('tables', 'init', '--clock', 'manual'));
  lab.run(lab.pegshIn('records', '--dialect', 'cpp-shell', 'create', 'big', '-p', '8'));
  const records = lab.path('records.tsv');
  const hashKey = (at) => `user${Math.floor(at / SORT_KEYS)}`;
  const line = (_, at) => `${hashKey(at)}\tprofile${at % SORT_KEYS}\tvalue-of-${at}\n`;
  const lines = Array.from({ length: RECORDS }, line);
  writeFileSync(records, lines.join(''));
  const load = () => lab.pegshIn('records', 'load', records, '--table', 'big');
  const read = () => [READ_LINES, records];
  return [
    {
      name: `create -p ${PARTITIONS} -r 3 until healthy / what is kept of it, written with two syncs`,
      rounds: 5,
      budget: 10,
      ours: (round) => create(lab, `big${round}`),
      floor: () => [WRITE_DOCUMENT, lab.path('document.json'), String(PARTITIONS)],
    },
    // The rows below read what this one has loaded.
    { name: `${RECORDS} records loaded / their file read`, rounds: 1, ours: load, floor: read },
    {
      name: `${RECORDS} records scanned / their file read`,
      rounds: 1,
      ours: () => lab.pegshIn('records', '-c', 'use big; count_data -c'),
      floor: read,
    },
    {
      name: `one of ${RECORDS} records, cold / node -e 0`,
      rounds: 3,
      ours: () => lab.pegshIn('records', '-c', 'use big; get user7 profile7'),
      floor: () => ['-e', '0'],
    },
  ];
}
