import type { Operation, Plan } from '../operation.ts';
import { Random } from '../random.ts';
import { clustersOf, configured } from './clusters.ts';
import { dataOf, scanOf } from './data.ts';
import { Draw, TABLES } from './draw.ts';
import { addDuplicationOf, duplicationOf } from './duplications.ts';
import { envOf } from './envs.ts';
import { type Length, mixtureOf } from './mixture.ts';
import { powerCutOf } from './power-cuts.ts';
import { disturbanceOf, moveOf, nodeOf } from './servers.ts';
import { createOf, splitOf, tableOf } from './tables.ts';
import { backupOf, policyOf, upkeepOf } from './upkeep.ts';

/** What a cluster is configured with is drawn apart: what is done in a seed does not depend on it. */
const SETTINGS_STREAM = 2 ** 40;
const HOUR_MS = 3_600_000;

/** The plan that a seed stands for. */
export function planOf(seed: number, length: Length): Plan {
  const random = new Random(seed);
  const plain = clustersOf(random);
  const settings = new Random(seed + SETTINGS_STREAM);
  // Too slow for long runs: each empty write of an idle table has a segment of its own.
  const isTight = settings.chance(0.25) && 'operations' in length;
  const mixture = mixtureOf(random, length, isTight);
  const clusters = configured(plain, settings, mixture, isTight);
  const draw = new Draw(random, clusters, mixture);
  const operations = openingOf(draw);
  let plannedMs = 0;
  while (
    'operations' in length ? operations.length < length.operations : plannedMs < length.hours * HOUR_MS
  ) {
    const operation = nextOf(draw);
    operations.push(operation);
    plannedMs += 'ms' in operation ? operation.ms : 2;
  }
  return { seed, clusters, operations };
}

/** Tables to begin with, and the time to make them. */
function openingOf(draw: Draw): Operation[] {
  const { random, clusters, mixture } = draw;
  const tables = TABLES.slice(0, random.between(1, 2));
  return [
    ...tables.map((table) => createOf(draw, 'A', table)),
    ...(clusters.length > 1 ? [createOf(draw, 'B', 'u1')] : []),
    { kind: 'wait', ms: 60_000 },
    ...(clusters.length > 1 && mixture.recoveries === 0 && random.chance(0.6)
      ? [addDuplicationOf(draw, 'A', 't1')]
      : []),
  ];
}

function nextOf(draw: Draw): Operation {
  const { random, clusters, mixture } = draw;
  const make = random.weighted<() => Operation>([
    [mixture.data, () => dataOf(draw)],
    [mixture.tables, () => tableOf(draw)],
    [mixture.splits, () => splitOf(draw)],
    [mixture.envs, () => envOf(draw)],
    [clusters.length > 1 ? mixture.duplications : 0, () => duplicationOf(draw)],
    [mixture.nodes, () => nodeOf(draw)],
    [mixture.faults, () => disturbanceOf(draw)],
    [mixture.moves, () => moveOf(draw)],
    [mixture.diagnoses, () => ({ kind: 'ddd_diagnose', cluster: random.pick(clusters).name })],
    [mixture.recoveries, () => ({ kind: 'recover', cluster: random.pick(clusters).name })],
    [mixture.waits, () => ({ kind: 'wait', ms: draw.spread(1, mixture.longestWaitMs) })],
    [mixture.upkeep, () => upkeepOf(draw)],
    [mixture.backups, () => backupOf(draw)],
    [mixture.policies, () => policyOf(draw)],
    [mixture.scans, () => scanOf(draw)],
    [mixture.powerCuts, () => powerCutOf(draw)],
    [mixture.reopens, () => ({ kind: 'reopen' })],
    [mixture.rests, () => ({ kind: 'rest', ms: draw.spread(60_000, mixture.longestRestMs) })],
  ]);
  return make();
}
