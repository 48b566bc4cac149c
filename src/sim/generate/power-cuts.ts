import type { InterruptedOperation, Operation, PowerCutOperation } from '../operation.ts';
import { dataOf } from './data.ts';
import type { Draw } from './draw.ts';
import { duplicationOf } from './duplications.ts';
import { envOf } from './envs.ts';
import { moveOf, nodeOf } from './servers.ts';
import { splitOf, tableOf } from './tables.ts';

export function powerCutOf(draw: Draw): PowerCutOperation {
  const { random } = draw;
  let during = somethingOf(draw);
  while (!isOneRequest(during)) during = somethingOf(draw);
  return {
    kind: 'power_cut',
    during,
    at: draw.spread(1, 300),
    isWhileOpening: random.chance(0.2),
    losesPower: random.chance(0.7),
    seed: random.below(2 ** 31),
  };
}

/** What is under way. */
function somethingOf(draw: Draw): Operation {
  const { random, clusters, mixture } = draw;
  const make = random.weighted<() => Operation>([
    [4, () => dataOf(draw)],
    [2, () => tableOf(draw)],
    [1, () => splitOf(draw)],
    [1, () => envOf(draw)],
    [clusters.length > 1 ? 2 : 0, () => duplicationOf(draw)],
    [1, () => nodeOf(draw)],
    [1, () => moveOf(draw)],
    [4, () => ({ kind: 'wait', ms: draw.spread(1, mixture.longestWaitMs) })],
  ]);
  return make();
}

/** Of more than one it would not be known what was done. */
function isOneRequest(operation: Operation): operation is InterruptedOperation {
  if (operation.kind === 'node') return operation.action !== 'wipe';
  if (operation.kind === 'add_dup') return !operation.calm;
  return operation.kind !== 'recall' && operation.kind !== 'corrupt';
}
