import { fileURLToPath } from 'node:url';

const FIRST_ANSWER = fileURLToPath(new URL('../first-answer.js', import.meta.url));

/** Prepares the lab and returns its rows. */
export function rowsIn(lab) {
  const [pegsh] = lab.pegsh();
  return [
    {
      name: 'serve on an empty folder until the first set and get / node -e 0',
      rounds: 5,
      ours: (round) => [FIRST_ANSWER, pegsh, lab.path(`served.${round}`)],
      floor: () => ['-e', '0'],
    },
  ];
}
