import { cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FIRST_ANSWER = fileURLToPath(new URL('../served/first-answer.js', import.meta.url));
const RATES = fileURLToPath(new URL('../served/rates.js', import.meta.url));
const NODE_START = fileURLToPath(new URL('../floors/node-start.js', import.meta.url));
const FLOOR_RATES = fileURLToPath(new URL('../floors/rates.js', import.meta.url));
const RECORDS = 5000;

/** `floorElsewhere` is what a real onebox took for a record, with its C++ client, in microseconds. */
const FIGURES = {
  get1: { name: 'served get, 1 caller, p50 / responder with a ready-made reply', budget: 3 },
  get16: { name: 'served get, 16 callers, time per request / the same responder', budget: 2 },
  get64: { name: 'served get, 64 callers, time per request / the same responder', budget: 2 },
  set64: { name: 'served durable set, 64 in flight, r=3 / appends synced in groups of 64', budget: 4 },
  multiSet: { name: 'multi_set of 100, 16 callers, time per record / a real onebox', floorElsewhere: 11 },
  scan: { name: 'full scan, 1 scanner, time per record / a real onebox', floorElsewhere: 1e6 / 325_000 },
};

/** Prepares the lab and returns its rows. */
export function rowsIn(lab) {
  const [pegsh] = lab.pegsh();
  makeRecords(lab);
  const copyOfRecords = (round) => {
    const copy = lab.path(`restarted.${round}`);
    cpSync(lab.path('workspace'), copy, { recursive: true });
    return copy;
  };
  const untilFirstAnswer = (folder, budget, directoryOf) => ({
    rounds: 9,
    figures: {
      firstAnswer: { name: `serve on ${folder} until the first set and get / node -e 0`, budget },
    },
    ours: (round) => [FIRST_ANSWER, pegsh, directoryOf(round)],
    floor: () => [NODE_START],
  });
  return [
    untilFirstAnswer('an empty folder', 4, (round) => lab.path(`served.${round}`)),
    untilFirstAnswer(`a folder with ${RECORDS} records`, 5, copyOfRecords),
    {
      rounds: 5,
      figures: FIGURES,
      ours: (round) => [RATES, pegsh, lab.path(`driven.${round}`)],
      floor: (round) => [FLOOR_RATES, lab.path(`appends.${round}`)],
    },
  ];
}

function makeRecords(lab) {
  lab.run(lab.pegsh('--dialect', 'cpp-shell', 'create', 'stat', '-p', '4'));
  lab.run(lab.pegsh('--dialect', 'cpp-shell', 'create', 'temp', '-p', '8'));
  const sets = Array.from({ length: RECORDS }, (_, at) => `set user${at} profile value-of-${at}`);
  writeFileSync(lab.path('records.pegsh'), `use temp\n${sets.join('\n')}\n`);
  lab.run(lab.pegsh('--dialect', 'cpp-shell', 'run', lab.path('records.pegsh')));
}
