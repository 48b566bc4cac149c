import type { World } from './world.ts';

/**
 * No fault is left, and every server runs; one that may have found its disk broken starts anew to forget it. Returns what
 * was done as lines of a script.
 */
export async function clearAndStart(world: World): Promise<string[]> {
  const { control, brokenDisks } = world;
  const lines = ['fault clear'];
  await control.clearFaults({});
  for (const { name: cluster } of world.plan.clusters) {
    const { nodes } = await control.listNodes({ name: cluster });
    for (const { name, node, state } of nodes) {
      const isBroken = brokenDisks.has(`${cluster}/${name}`);
      if (state === 'running' && !isBroken) continue;
      const action = state === 'running' ? 'restart' : 'start';
      await control.changeNode({ cluster, node, action });
      lines.push(`-C ${cluster} node ${action} ${name}`);
    }
  }
  brokenDisks.clear();
  return lines;
}
