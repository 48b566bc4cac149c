import type { ReplicaDisk, StoredCheckpoint } from '../documents/replica.ts';

export type CheckpointName = Pick<StoredCheckpoint, 'decree' | 'version'>;

/** Where a checkpoint is in the replica's directory. */
export function checkpointFile({ decree, version }: CheckpointName): string {
  return `data/checkpoint.${decree}${version === undefined ? '' : `.${version}`}.json`;
}

/** The newest checkpoint; undefined where there is none. */
export function newestCheckpoint(disk: ReplicaDisk): CheckpointName | undefined {
  const { last_durable_decree, checkpoints } = disk;
  if (last_durable_decree === 0) return undefined;
  return (
    checkpoints.findLast(({ decree }) => decree === last_durable_decree) ?? { decree: last_durable_decree }
  );
}
