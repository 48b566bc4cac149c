import { openStore } from '../../src/engine/storage/store.ts';
import { nodeHost } from '../../src/host/node-host.ts';
import type { Counter, Line } from './support.ts';

/** Run as a process of its own: `<directory> <rounds> [hold]`. Adds to a counter; with `hold`, keeps the lock for ever. */
const [directory, rounds, hold] = process.argv.slice(2) as [string, string, string?];
const host = nodeHost();
// As pegsh has one: it stops the command that runs.
process.on('SIGINT', () => {});

for (let round = 0; round < Number(rounds); round++) {
  const store = openStore({ directory, host });
  const counters = store.document<Counter>('counters.json');
  const next = (counters.get('shared')?.count ?? 0) + 1;
  counters.set('shared', { count: next });
  counters.set(`process-${process.pid}`, { count: round + 1 });
  store.log<Line>('log.jsonl').append({ decree: next, text: String(process.pid) });
  store.commit();
  if (hold !== undefined) {
    process.stdout.write('holding\n');
    while (true) host.pause(1000);
  }
  store.close();
}
