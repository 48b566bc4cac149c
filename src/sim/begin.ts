import type { ClusterPlan } from './operation.ts';
import type { World } from './world.ts';

/** Makes the clusters of a plan; servers that were made before their settings were known start again with them. */
export async function begin({ plan, control }: World): Promise<void> {
  for (const cluster of plan.clusters) {
    const { name, metas, replicas, settings = {}, repairs = [] } = cluster;
    await control.createCluster({ name, metas, replicas, auth: false, defects: [], repairs: [...repairs] });
    for (const [key, value] of Object.entries(settings)) await control.setConfig({ name, key, value });
    if (Object.keys(settings).length === 0) continue;
    for (const { node } of (await control.listNodes({ name })).nodes)
      await control.changeNode({ cluster: name, node, action: 'restart' });
  }
}

/** The same as lines of a script. */
export function beginLines({ name, metas, replicas, settings = {}, repairs = [] }: ClusterPlan): string[] {
  const repaired = repairs.map((issue) => ` --repair ${issue}`).join('');
  const keys = Object.entries(settings);
  return [
    `cluster create ${name} --metas ${metas} --replicas ${replicas}${repaired}`,
    ...keys.map(([key, value]) => `cluster config ${name} ${key} ${value}`),
    ...(keys.length === 0 ? [] : [`-C ${name} node restart ${serversOf({ metas, replicas })}`]),
  ];
}

function serversOf({ metas, replicas }: Pick<ClusterPlan, 'metas' | 'replicas'>): string {
  const named = (role: string, count: number) => Array.from({ length: count }, (_, at) => `${role}${at + 1}`);
  return [...named('meta', metas), ...named('replica', replicas)].join(' ');
}
