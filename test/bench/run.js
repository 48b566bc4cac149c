// `npm run bench [TOPIC…]`: each row beside its floor, runs interleaved, medians of whole processes. A topic is a file
// in rows/, all by default. Nothing here is a test of right or wrong; it fails only when something does not run at all.
import { readdirSync } from 'node:fs';
import { resultsOf, tableOf } from './compare.js';
import { Lab } from './lab.js';

const TOPICS = readdirSync(new URL('rows/', import.meta.url)).map((name) => name.replace(/\.js$/, ''));

async function measure(topic) {
  const { rowsIn } = await import(`./rows/${topic}.js`);
  const lab = new Lab();
  try {
    return rowsIn(lab).flatMap((row) => resultsOf(lab, row));
  } finally {
    lab.dispose();
  }
}

const asked = process.argv.slice(2);
const unknown = asked.find((topic) => !TOPICS.includes(topic));
if (unknown !== undefined) throw new Error(`no topic ${unknown}: there are ${TOPICS.join(', ')}`);

const results = [];
for (const topic of asked.length > 0 ? asked : TOPICS) results.push(...(await measure(topic)));
process.stdout.write(`${tableOf(results)}\n`);
