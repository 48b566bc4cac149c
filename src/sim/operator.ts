import type { DddNodeInfo, DddPartitionInfo } from '../rpc/idl/configuration.ts';
import { answered, type World } from './world.ts';

/**
 * What an operator does with `ddd_diagnose`: for a partition whose last two servers contradict each other he chooses a
 * leader, and what only the others have may be lost. Whatever else such a partition waits for has to come by itself.
 */
export async function chooseLeaders(world: World): Promise<void> {
  for (const { name: cluster } of world.plan.clusters) {
    const { meta } = world.of(cluster);
    const reply = await answered(meta.diagnoseDdd({ pid: { app_id: -1, partition_index: -1 } }));
    for (const info of reply?.partitions ?? []) {
      const leader = leaderOf(info);
      if (leader !== undefined) await propose(world, cluster, info, leader);
    }
  }
}

/**
 * Who has committed more of the two that left last, as `ddd_diagnose` recommends (`recovery.cpp`); undefined where the
 * two do not contradict each other, so that upstream has to choose by itself (`partition_guardian.cpp
 * on_missing_primary`; cluster-engine.md 3.4).
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

async function propose(
  world: World,
  cluster: string,
  { config: { pid } }: DddPartitionInfo,
  { node, hp_node }: DddNodeInfo,
): Promise<void> {
  world.divergence(cluster, pid.app_id, pid.partition_index).leaderWasChosen();
  const ends = { target: node, hp_target: hp_node, node, hp_node };
  await answered(
    world.of(cluster).meta.proposeBalancer({
      gpid: pid,
      action_list: [{ ...ends, type: 'CT_ASSIGN_PRIMARY' }],
      force: false,
    }),
  );
}
