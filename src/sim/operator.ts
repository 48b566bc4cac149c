import type { DddNodeInfo, DddPartitionInfo } from '../rpc/idl/configuration.ts';
import { sendProposal } from './proposal.ts';
import { answered, Violation, type World } from './world.ts';

/**
 * What an operator does with `ddd_diagnose`: for a partition whose last two servers contradict each other he chooses a
 * leader, and what only the others have may be lost. Whatever else such a partition waits for has to come by itself.
 */
export async function chooseLeaders(world: World, cluster: string): Promise<void> {
  for (const info of await diagnosed(world, cluster)) {
    const wasRecounted = world.recounted.has(`${cluster}/${info.config.pid.app_id}`);
    const leader = leaderOf(info) ?? (wasRecounted ? bestKnown(info) : undefined);
    if (leader !== undefined) await letLead(world, cluster, info, leader);
  }
}

/** What `ddd_diagnose` tells of a cluster: partitions without any member. */
export async function diagnosed(world: World, cluster: string): Promise<DddPartitionInfo[]> {
  const { meta } = world.of(cluster);
  const reply = await answered(meta.diagnoseDdd({ pid: { app_id: -1, partition_index: -1 } }));
  const partitions = reply?.partitions ?? [];
  for (const { config, reason } of partitions) {
    const { hp_primary = '', hp_secondaries = [] } = config;
    if (hp_primary !== '' || hp_secondaries.length > 0 || reason === '')
      throw new Violation(`${cluster}: ddd_diagnose tells of ${gpidOf(config)}: ${hp_primary} ${reason}`);
  }
  return partitions;
}

/** Those that wait for a leader, as they are told of. */
export async function waiting(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const { name: cluster } of world.plan.clusters) {
    for (const { config, reason } of await diagnosed(world, cluster))
      found.push(`${cluster}: ddd_diagnose tells of ${gpidOf(config)}: ${reason}`);
  }
  return found;
}

function gpidOf({ pid }: DddPartitionInfo['config']): string {
  return `${pid.app_id}.${pid.partition_index}`;
}

/**
 * Who has committed more of the two that left last, as `ddd_diagnose` recommends (`recovery.cpp`); undefined where the
 * two do not contradict each other, so that upstream has to choose by itself (`partition_guardian.cpp
 * on_missing_primary`).
 */
export function leaderOf({ config, dropped }: DddPartitionInfo): DddNodeInfo | undefined {
  const lastTwo = (config.hp_last_drops ?? [])
    .slice(-2)
    .map((node) => dropped.find((drop) => drop.hp_node === node && drop.is_alive && drop.is_collected));
  const [earlier, later] = lastTwo;
  if (earlier === undefined || later === undefined) return undefined;
  const isContradiction =
    (earlier.ballot - later.ballot) * (earlier.last_committed_decree - later.last_committed_decree) < 0;
  if (!isContradiction) return undefined;
  return earlier.last_committed_decree > later.last_committed_decree ? earlier : later;
}

/**
 * Who has committed most of those that are known, where one of the two that left last is not: with the replica count falls
 * the room for them (`meta_data.cpp config_context::check_size`), and upstream waits for whom it has forgotten.
 */
function bestKnown({ config, dropped }: DddPartitionInfo): DddNodeInfo | undefined {
  const lastTwo = (config.hp_last_drops ?? []).slice(-2);
  if (lastTwo.every((node) => dropped.some(({ hp_node }) => hp_node === node))) return undefined;
  const there = dropped.filter(({ is_alive, is_collected }) => is_alive && is_collected);
  return there.sort((a, b) => b.last_committed_decree - a.last_committed_decree)[0];
}

/**
 * Takes a member out of a partition that has too many, as `propose --force` does. One that was to be added when the
 * replica count was lowered is asked for again and again although it is not taken in any more, and nothing else is
 * begun meanwhile (`partition_guardian.cpp from_proposals`, `replica_config.cpp add_potential_secondary`).
 */
export async function removeRedundant(world: World): Promise<void> {
  for (const { name: cluster } of world.plan.clusters) {
    for (const { info, partitions } of await world.stored(cluster)) {
      if (!world.recounted.has(`${cluster}/${info.app_id}`)) continue;
      for (const { pid, hp_primary = '', hp_secondaries = [], max_replica_count } of partitions) {
        const [secondary] = hp_secondaries;
        const isTooMany = hp_primary !== '' && hp_secondaries.length >= max_replica_count;
        if (isTooMany && secondary !== undefined)
          await sendProposal(
            world,
            cluster,
            pid,
            [{ type: 'CT_REMOVE', target: hp_primary, node: secondary }],
            true,
          );
      }
    }
  }
}

async function letLead(
  world: World,
  cluster: string,
  { config: { pid } }: DddPartitionInfo,
  { hp_node: node = '' }: DddNodeInfo,
): Promise<void> {
  world.divergence(cluster, pid.app_id, pid.partition_index).leaderWasChosen();
  await sendProposal(world, cluster, pid, [{ type: 'CT_ASSIGN_PRIMARY', target: node, node }]);
}
