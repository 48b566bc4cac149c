import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WRITE_BYTES = fileURLToPath(new URL('../floors/write-bytes.js', import.meta.url));
const ROWS = 10_000;

/** Prepares the lab and returns its rows: a table of many rows, whole processes. */
export function rowsIn(lab) {
  const pegsh = (...words) => lab.pegshIn('printed', ...words);
  lab.run(pegsh('init', '--clock', 'manual'));
  lab.run(pegsh('-c', `create table big -p ${ROWS} -r 3; wait --for=healthy --table big`));
  const print = pegsh('--dialect', 'cpp-shell', 'app', 'big', '-d');
  writeFileSync(lab.path('printed.txt'), lab.output(print));
  return [
    {
      name: `a table of ${ROWS} rows / writing the same bytes`,
      rounds: 9,
      budget: 3,
      ours: () => print,
      floor: () => [WRITE_BYTES, lab.path('printed.txt')],
    },
  ];
}
