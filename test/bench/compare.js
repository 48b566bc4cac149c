/**
 * One row: `ours` beside its `floor`, each a list of arguments for node that depends on the round.
 *
 * @typedef {object} Row
 * @property {string} name what is measured / what it is measured by
 * @property {number} rounds
 * @property {number} [budget] the ratio that must hold on a quiet machine
 * @property {(round: number) => string[]} ours
 * @property {(round: number) => string[]} floor
 */

/** Times `ours` and `floor` in turns, so that both see the same machine; one more round each tells their memory. */
export function compare(lab, { name, ours, floor, rounds, budget }) {
  const times = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    times.floor.push(lab.run(floor(round)));
    times.ours.push(lab.run(ours(round)));
  }
  const [oursMs, floorMs] = [median(times.ours), median(times.floor)];
  const memory = { oursMiB: lab.peakMemory(ours(rounds)), floorMiB: lab.peakMemory(floor(rounds)) };
  return { name, budget, oursMs, floorMs, ratio: oursMs / floorMs, ...memory };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const HEAD = ['ours', 'floor', 'ratio', 'budget', 'ours', 'floor'];

/** The rows as a table of text, with a mark where a budget does not hold. */
export function tableOf(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  const line = (name, cells) => `${name.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  return [line('', HEAD), ...results.map((result) => line(result.name, cellsOf(result)))].join('\n');
}

function cellsOf({ oursMs, floorMs, ratio, budget, oursMiB, floorMiB }) {
  const isOver = budget !== undefined && ratio > budget;
  return [
    `${oursMs.toFixed(0)} ms`,
    `${floorMs.toFixed(0)} ms`,
    `${isOver ? '! ' : ''}${ratio.toFixed(2)}`,
    budget === undefined ? '' : `${budget}`,
    `${oursMiB.toFixed(0)} MiB`,
    `${floorMiB.toFixed(0)} MiB`,
  ];
}
