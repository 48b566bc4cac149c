import { Violation, type World } from '../world.ts';
import { type ClusterView, look } from './snapshot.ts';

/** Two periods of the group check, after which an idle partition writes an empty decree, and some more. */
const IDLE_MS = 250_000;

/**
 * No timer was lost: each partition that is led goes on by itself. Nothing moves at the level steady.
 *
 * @throws Violation
 */
export async function checkTimers(world: World): Promise<void> {
  const before = await look(world);
  await world.sleep(IDLE_MS);
  const after = await look(world);
  const found = before.flatMap((view, at) => findStopped(view, after[at]));
  if (found.length > 0) throw new Violation(`timers: ${found.join('; ')}`);
}

/** Partitions whose decrees have not risen between two looks, or that were whole and were changed, although nothing happened. */
export function findStopped(before: ClusterView, after: ClusterView | undefined): string[] {
  const ballots = new Map(after?.partitions.map(({ gpid, ballot }) => [gpid, ballot]));
  return before.partitions.flatMap(({ gpid, primary, secondaries, maxReplicaCount, ballot }) => {
    const isWhole = primary !== '' && secondaries.length + 1 === maxReplicaCount;
    if (isWhole && ballots.get(gpid) !== ballot)
      return [`${before.name}: ${gpid} went from ballot ${ballot} to ${ballots.get(gpid)} by itself`];
    const was = decreeOf(before, gpid, primary);
    const is = after === undefined ? undefined : decreeOf(after, gpid, primary);
    return was === undefined || is === undefined || is > was
      ? []
      : [`${before.name}: ${gpid} rests at decree ${is}, although time passes`];
  });
}

/** What a partition's primary has committed; undefined where the server does not lead it. */
function decreeOf(view: ClusterView, gpid: string, primary: string): number | undefined {
  const server = view.servers.find(({ server: { node } }) => node === primary);
  const replica = server?.replicas.find((one) => one.gpid === gpid && one.status === 'PS_PRIMARY');
  return replica?.last_committed_decree;
}
