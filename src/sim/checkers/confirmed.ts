import type { DuplicationState } from '../../rpc/idl/control-duplication.ts';
import type { World } from '../world.ts';

/** Decrees that are to be confirmed, by cluster, table, duplication and partition. */
export type Goals = ReadonlyMap<string, number>;

/** What the primaries of all tables that ship have committed by now. */
export async function committedNow(world: World): Promise<Goals> {
  const goals = new Map<string, number>();
  for (const { key, committed } of await shipping(world)) goals.set(key, committed);
  return goals;
}

/** A duplication that ships confirms what was committed. */
export async function checkConfirmed(world: World, goals: Goals): Promise<string[]> {
  return (await shipping(world)).flatMap(({ key, stored }) => {
    const goal = goals.get(key) ?? stored;
    return stored >= goal ? [] : `${key} has confirmed ${stored} of ${goal}`;
  });
}

interface Progress {
  readonly key: string;
  readonly committed: number;
  readonly stored: number;
}

async function shipping(world: World): Promise<Progress[]> {
  const found: Progress[] = [];
  for (const { name } of world.plan.clusters) {
    const { duplications } = await world.control.duplicationStates({ cluster: name });
    for (const duplication of duplications.filter(canShip)) {
      const { app_name, dupid, partitions } = duplication;
      const tracked = world.splitSince.has(`${name}/${dupid}`) ? partitions.length / 2 : partitions.length;
      for (const { pidx, last_committed_decree: committed, stored_decree: stored } of partitions.slice(
        0,
        tracked,
      ))
        found.push({ key: `${name}: ${app_name} ${dupid}.${pidx}`, committed, stored });
    }
  }
  return found;
}

/** It ships, and to a table that can take it. */
function canShip({ status, is_dropped, partitions, follower }: DuplicationState): boolean {
  return (
    status === 'DS_LOG' &&
    !is_dropped &&
    follower.exists &&
    follower.partition_count === partitions.length &&
    follower.without_primary === 0
  );
}
