/**
 * One row: `ours` beside its `floor`, each a list of arguments for node that depends on the round.
 *
 * @typedef {object} Row
 * @property {string} name what is measured / what it is measured by
 * @property {number} rounds
 * @property {number} [budget] the ratio that must hold on a quiet machine
 * @property {(round: number) => string[]} ours
 * @property {(round: number) => string[]} floor
 * @property {'memory'} [by] what the ratio is of, instead of time
 */

/**
 * A family of rows: `ours` and `floor` are programs that print their figures themselves by name, as JSON: microseconds,
 * or what `unit` says.
 *
 * @typedef {object} PrintingRow
 * @property {number} rounds
 * @property {Record<string, { name: string, budget?: number, floorElsewhere?: number, unit?: string }>} figures
 *   `floorElsewhere` where the floor was measured elsewhere
 * @property {(round: number) => string[]} ours
 * @property {(round: number) => string[]} floor
 */

/** The results of a row, of either kind. */
export function resultsOf(lab, row) {
  return row.figures === undefined ? [compare(lab, row)] : comparePrinted(lab, row);
}

/** Times `ours` and `floor` in turns, so that both see the same machine; one more round each tells their memory. */
function compare(lab, { name, ours, floor, rounds, budget, by }) {
  const times = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    times.floor.push(lab.run(floor(round)));
    times.ours.push(lab.run(ours(round)));
  }
  const [oursMs, floorMs] = [median(times.ours), median(times.floor)];
  const memory = { oursMiB: lab.peakMemory(ours(rounds)), floorMiB: lab.peakMemory(floor(rounds)) };
  const ratio = by === 'memory' ? memory.oursMiB / memory.floorMiB : ratioOf(times.ours, times.floor);
  return { name, budget, oursMs, floorMs, ratio, ...memory };
}

function comparePrinted(lab, { figures, ours, floor, rounds }) {
  const printed = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    printed.floor.push(JSON.parse(lab.output(floor(round))));
    printed.ours.push(JSON.parse(lab.output(ours(round))));
  }
  return Object.entries(figures).map(([key, { name, budget, floorElsewhere, unit = 'µs' }]) => {
    const ourFigures = printed.ours.map((figuresOfRound) => figuresOfRound[key]);
    const floorFigures = printed.floor.map((figuresOfRound) => floorElsewhere ?? figuresOfRound[key]);
    const ratio = ratioOf(ourFigures, floorFigures);
    return { name, budget, ratio, printed: [median(ourFigures), median(floorFigures)], unit };
  });
}

/** The median of the ratios of rounds: both sides of a round saw the same machine. */
function ratioOf(ours, floors) {
  return median(ours.map((figure, round) => figure / floors[round]));
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

function cellsOf({ oursMs, floorMs, ratio, budget, oursMiB, floorMiB, printed, unit }) {
  const isOver = budget !== undefined && ratio > budget;
  return [
    ...(printed?.map((figure) => `${figure.toFixed(1)} ${unit}`) ?? [
      `${oursMs.toFixed(0)} ms`,
      `${floorMs.toFixed(0)} ms`,
    ]),
    `${isOver ? '! ' : ''}${ratio.toFixed(2)}`,
    budget === undefined ? '' : `${budget}`,
    oursMiB === undefined ? '' : `${oursMiB.toFixed(0)} MiB`,
    floorMiB === undefined ? '' : `${floorMiB.toFixed(0)} MiB`,
  ];
}
