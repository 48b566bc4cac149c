import type { Operation } from '../operation.ts';
import type { Draw } from './draw.ts';
import { faultOf } from './fault.ts';

export function nodeOf({ random, clusters }: Draw): Operation {
  const { name: cluster, metas, replicas } = random.pick(clusters);
  const isMeta = random.chance(0.15);
  const node = isMeta ? `meta${random.between(1, metas)}` : `replica${random.between(1, replicas)}`;
  const action = random.weighted([
    [4, 'kill'],
    [2, 'stop'],
    [6, 'start'],
    [4, 'restart'],
    [isMeta ? 0 : 0.5, 'wipe'],
    [isMeta ? 0 : 0.5, 'corrupt'],
  ] as const);
  if (action === 'corrupt') return { kind: 'corrupt', cluster, node };
  return { kind: 'node', cluster, node, action };
}

export function moveOf(draw: Draw): Operation {
  const { random } = draw;
  const how = [
    'move_pri',
    'copy_pri',
    'copy_sec',
    'ADD_SECONDARY',
    'DOWNGRADE_TO_INACTIVE',
    'REMOVE',
  ] as const;
  const [partition, choice] = [random.below(4), random.below(4)];
  return { ...draw.place(), kind: 'move', partition, how: random.pick(how), choice };
}

export function disturbanceOf({ random, clusters, mixture }: Draw): Operation {
  if (mixture.faultKinds.length === 0 || random.chance(0.2)) return { kind: 'clear_faults' };
  return { kind: 'fault', fault: faultOf(random, clusters, mixture.faultKinds) };
}
