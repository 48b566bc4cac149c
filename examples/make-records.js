#!/usr/bin/env node
// Writes examples/records-10k.tsv to stdout: the records of a small shop, the same ones every time.
// A backslash, a tab and bytes that are no UTF-8 are escaped, as `pegsh load` reads them.

const USERS = 2000;
const CITIES = ['Berlin', 'Zürich', '北京', 'São Paulo', 'Kraków', '東京', 'Montréal', 'Αθήνα'];
const GOODS = ['tea', 'café crème', 'rope 10m', '鉛筆', 'lamp', 'jam (apricot)', 'box\\lid', '🔑 ring'];

/** A linear congruential generator: the same numbers on every machine. */
let state = 2098;
function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const pick = (list) => list[below(list.length)];
const two = (number) => String(number).padStart(2, '0');
const day = () => `2025-${two(1 + below(12))}-${two(1 + below(28))}`;
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t');
const bytes = (count) => Array.from({ length: count }, () => `\\x${two(below(256).toString(16))}`).join('');

const lines = [];
const record = (hashKey, sortKey, value) => lines.push(`${hashKey}\t${sortKey}\t${value}`);

for (let number = 1; number <= USERS; number++) {
  const user = `user:${String(number).padStart(5, '0')}`;
  record(user, 'profile', escaped(JSON.stringify({ city: pick(CITIES), since: day(), points: below(5000) })));
  record(user, `session:${day()}`, bytes(16));
  for (let order = 1; order <= 3; order++) {
    const items = { item: pick(GOODS), count: 1 + below(9), cents: 99 + below(20000) };
    record(user, `order:${day()}:${two(order)}`, escaped(JSON.stringify(items)));
  }
}
for (const [at, good] of GOODS.entries()) {
  record('stock', `good:${two(at)}`, escaped(good));
}

process.stdout.write(`${lines.join('\n')}\n`);
