import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const APPEND_LOOP = fileURLToPath(new URL('../floors/append-loop.js', import.meta.url));
const GET_LOOP = fileURLToPath(new URL('../floors/get-loop.js', import.meta.url));
const DURABLE_SETS = fileURLToPath(new URL('../durable-sets.js', import.meta.url));
const APPEND_ASKED = fileURLToPath(new URL('../floors/append-asked.js', import.meta.url));
const APPEND_EACH = fileURLToPath(new URL('../floors/append-each.js', import.meta.url));
const LINES = 10_000;
/** As many as it takes until most of them ran code that V8 has compiled. */
const DURABLE_LINES = 2000;

function durableSets(...program) {
  return [DURABLE_SETS, `${DURABLE_LINES}`, ...program];
}

/** Prepares the lab and returns its rows. */
export function rowsIn(lab) {
  for (const table of ['sets', 'gets'])
    lab.run(lab.pegsh('--dialect', 'cpp-shell', 'create', table, '-p', '8'));
  const sets = Array.from({ length: LINES }, (_, at) => `set user${at} profile value-of-${at}`);
  const gets = Array.from({ length: LINES }, (_, at) => `get user${at} profile`);
  writeFileSync(lab.path('append.txt'), `${sets.join('\n')}\n`);
  writeFileSync(lab.path('sets.pegsh'), `use sets\n${sets.join('\n')}\n`);
  writeFileSync(lab.path('fill.pegsh'), `use gets\n${sets.join('\n')}\n`);
  writeFileSync(lab.path('gets.pegsh'), `use gets\n${gets.join('\n')}\n`);
  lab.run(lab.pegsh('run', lab.path('fill.pegsh')));
  return [
    {
      name: `${LINES} set lines in a script / bare appends, synced once for 64`,
      rounds: 5,
      budget: 4,
      ours: () => lab.pegsh('run', lab.path('sets.pegsh')),
      floor: (round) => [APPEND_LOOP, lab.path('append.txt'), lab.path(`log.${round}`)],
    },
    {
      name: `${LINES} get lines in a script / bare loop of split, Map get, write`,
      rounds: 5,
      ours: () => lab.pegsh('run', lab.path('gets.pegsh')),
      floor: () => [GET_LOOP, lab.path('append.txt'), lab.path('gets.pegsh')],
    },
    {
      rounds: 3,
      figures: {
        set: {
          name: 'one durable set at a time / a bare append that is synced, over the same pipes',
          budget: 1.5,
        },
      },
      ours: () => durableSets(...lab.pegsh('--dialect', 'cpp-shell')),
      floor: (round) => durableSets(APPEND_ASKED, lab.path(`asked.${round}`)),
    },
    {
      rounds: 3,
      figures: { set: { name: 'the same / a bare append that is synced, in one process without pipes' } },
      ours: () => durableSets(...lab.pegsh('--dialect', 'cpp-shell')),
      floor: (round) => [APPEND_EACH, lab.path('append.txt'), lab.path(`each.${round}`), `${DURABLE_LINES}`],
    },
  ];
}
