import type { World } from './world.ts';

/** No fault is left, and every server runs; one that may have found its disk broken starts anew to forget it. */
export async function clearAndStart(world: World): Promise<void> {
  const { control, brokenDisks } = world;
  await control.clearFaults({});
  for (const { name: cluster } of world.plan.clusters) {
    const { nodes } = await control.listNodes({ name: cluster });
    for (const { name, node, state } of nodes) {
      const isBroken = brokenDisks.has(`${cluster}/${name}`);
      if (state !== 'running') await control.changeNode({ cluster, node, action: 'start' });
      else if (isBroken) await control.changeNode({ cluster, node, action: 'restart' });
    }
  }
  brokenDisks.clear();
}
