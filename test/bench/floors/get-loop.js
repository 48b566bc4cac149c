// The floor under 10,000 `get` lines: the same lines split, looked up in a Map, and answered: `get-loop.js SETS GETS`.
import { readFileSync } from 'node:fs';

const [, , sets, gets] = process.argv;

const records = new Map();
for (const line of readFileSync(sets, 'utf8').split('\n')) {
  const [, hashKey, sortKey, value] = line.split(' ');
  records.set(`${hashKey} ${sortKey}`, value);
}
for (const line of readFileSync(gets, 'utf8').split('\n')) {
  const [word, hashKey, sortKey] = line.split(' ');
  if (word === 'get') process.stdout.write(`${records.get(`${hashKey} ${sortKey}`)}\n`);
}
