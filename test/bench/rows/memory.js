import { fileURLToPath } from 'node:url';

const GROWTH = fileURLToPath(new URL('../served/growth.js', import.meta.url));
const HOLDINGS = fileURLToPath(new URL('../served/holdings.js', import.meta.url));
const MAP = fileURLToPath(new URL('../floors/map.js', import.meta.url));

/** Returns the rows that the lab measures. */
export function rowsIn(lab) {
  const [pegsh] = lab.pegsh();
  return [
    {
      name: 'memory of a fresh cluster that is served / node -e 0',
      rounds: 1,
      budget: 3,
      by: 'memory',
      ours: (round) =>
        lab.pegshIn(`fresh.${round}`, 'serve', '--port', '0', '--table', 'temp:8', '--idle-timeout', '500ms'),
      floor: () => ['-e', '0'],
    },
    {
      rounds: 3,
      figures: {
        memory: { name: 'memory after 1,000,000 requests / after 100,000', budget: 1.05, unit: 'MiB' },
      },
      ours: (round) => [GROWTH, pegsh, lab.path(`long.${round}`), '1000000'],
      floor: (round) => [GROWTH, pegsh, lab.path(`short.${round}`), '100000'],
    },
    {
      rounds: 3,
      figures: {
        replica: { name: 'memory of an empty replica / 32 KiB', budget: 1, floorElsewhere: 32, unit: 'KiB' },
        record: {
          name: 'memory of a record of 115 B, r=3 / in a Map of latin1 strings',
          budget: 3,
          unit: 'B',
        },
      },
      ours: (round) => [HOLDINGS, pegsh, lab.path(`held.${round}`)],
      floor: () => ['--expose-gc', MAP],
    },
  ];
}
