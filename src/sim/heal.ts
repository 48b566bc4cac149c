import { letClientsIn } from './apply/envs.ts';
import { resumeSplits } from './apply/splits.ts';
import { checkHealth } from './checkers/configuration.ts';
import { checkConfirmed, committedNow } from './checkers/confirmed.ts';
import { checkFollowers } from './checkers/contents.ts';
import { checkAgreement } from './checkers/replicas.ts';
import { type ClusterView, look } from './checkers/snapshot.ts';
import { clearAndStart } from './clear-and-start.ts';
import { checkFrozen } from './frozen.ts';
import type { RestOperation } from './operation.ts';
import { chooseLeaders, removeRedundant, waiting } from './operator.ts';
import { answered, Violation, type World } from './world.ts';

const MINUTE = 60_000;

/** How long a healthy cluster may take to be whole again: the wait for those that left, and learning. */
const HEALTH_BOUND_MS = 40 * MINUTE;
/** How long an operator waits before taking out members that are too many. */
const PATIENCE_MS = 10 * MINUTE;
/** How long a duplication may take to ship everything. */
const DRAIN_BOUND_MS = 10 * MINUTE;

/** Nothing is broken any more, and time enough passes. Returns what was done to servers, as lines of a script. */
export async function heal(world: World): Promise<string[]> {
  const lines = await clearAndStart(world);
  for (const { name } of world.plan.clusters) {
    await world.sleep(1000);
    await checkFrozen(world, name);
    await goSteady(world, name);
    lines.push(...(await letClientsIn(world, name)));
  }
  const patienceEnds = world.nowMs + PATIENCE_MS;
  await waitUntil(world, HEALTH_BOUND_MS, async () => {
    for (const { name } of world.plan.clusters) await chooseLeaders(world, name);
    await resumeSplits(world);
    if (world.nowMs >= patienceEnds) await removeRedundant(world);
    return findIn(await look(world), checkHealth);
  });
  await waitUntil(world, 10 * MINUTE, async () => findIn(await look(world), checkAgreement));
  await waitUntil(world, MINUTE, () => waiting(world));
  return lines;
}

/** Only where it is not steady: every server looks at everything then, which would hide what was forgotten. */
async function goSteady(world: World, cluster: string): Promise<void> {
  const { meta } = world.of(cluster);
  const reply = await answered(meta.controlMeta({ level: 'fl_invalid' }));
  if (reply?.old_level !== 'fl_steady') await answered(meta.controlMeta({ level: 'fl_steady' }));
}

/** Everything heals, and stays whole while nothing happens. */
export async function rest(world: World, operation: RestOperation): Promise<void> {
  const fromMs = world.nowMs;
  const lines = await heal(world);
  await world.sleep(operation.ms);
  world.lines.set(operation, [...lines, `clock advance ${world.nowMs - fromMs}ms`].join('\n'));
  const found = findIn(await look(world), checkHealth);
  if (found.length > 0) throw new Violation(`after a rest: ${found.join('; ')}`);
}

/** What was paused goes on, and everything is shipped. */
export async function drain(world: World): Promise<void> {
  for (const { cluster, dupid, table } of world.duplications.filter(({ isWhole }) => isWhole)) {
    await answered(world.of(cluster).meta.modifyDuplication({ app_name: table, dupid, status: 'DS_LOG' }));
  }
  const goals = await committedNow(world);
  await waitUntil(world, DRAIN_BOUND_MS, async () => [
    ...(await checkFollowers(world)),
    ...(await checkConfirmed(world, goals)),
  ]);
}

async function waitUntil(world: World, boundMs: number, missing: () => Promise<string[]>): Promise<void> {
  const deadline = world.nowMs + boundMs;
  for (let pause = 15_000; ; pause = Math.min(pause * 2, 10 * MINUTE)) {
    const found = await missing();
    if (found.length === 0) return;
    if (world.nowMs >= deadline)
      throw new Violation(`${Math.round(boundMs / MINUTE)} min after: ${found.join('; ')}`);
    await world.sleep(pause);
  }
}

function findIn(views: readonly ClusterView[], check: (view: ClusterView) => string[]): string[] {
  return views.flatMap((view) => check(view).map((text) => `${view.name}: ${text}`));
}
