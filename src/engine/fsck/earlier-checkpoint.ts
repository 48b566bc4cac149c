import type { ReplicaDisk } from '../documents/replica.ts';
import { checkpointFile, newestCheckpoint } from '../replica/checkpoint-name.ts';
import { Damage } from '../storage/damage.ts';
import { attempt, type Files } from './files.ts';
import { kindOf } from './layout.ts';
import { replicaFile, rewriteReplica } from './replica-record.ts';
import type { Mended, Rewriter } from './rewrite.ts';

/**
 * Lets a replica do without a lost checkpoint: with the newer one, if it was not the newest, else with the one before it,
 * or none, where the private log holds all that came after.
 */
export function doWithoutCheckpoint(files: Files, rewriter: Rewriter, path: string): Mended[] {
  const replica = replicaFile(files, path);
  if (replica === undefined) return [];
  const { disk, directory, name } = replica;
  const newest = newestCheckpoint(disk);
  const isNewest = newest !== undefined && checkpointFile(newest) === name;
  const others = disk.checkpoints.filter((one) => checkpointFile(one) !== name);
  if (!isNewest && others.length === disk.checkpoints.length) return [];
  const base = isNewest ? earlier(files, directory, disk) : disk.last_durable_decree;
  if (base === undefined) return [];
  rewriter.setAside(path);
  rewriteReplica(files, rewriter, replica, {
    ...disk,
    checkpoints: others,
    ...(isNewest ? { last_durable_decree: base, last_flushed_decree: base } : {}),
  });
  return [{ path, how: howOf(base, isNewest) }];
}

/** The newest state before the newest checkpoint from which the log leads on; undefined where there is none. */
function earlier(files: Files, directory: string, disk: ReplicaDisk): number | undefined {
  const isSound = (path: string) => files.exists(path) && !isDamaged(files, path);
  const logs = disk.plog.map((file) => `${directory}/plog/log.${file.index}.${file.start_offset}.jsonl`);
  if (!logs.every(isSound)) return undefined;
  const loggedFrom = disk.plog[0]?.previous_max_decree ?? disk.max_plog_decree;
  // A compaction drops records by rules that are not in the log.
  const compacted = disk.compaction_finished_us ?? Number.NEGATIVE_INFINITY;
  const older = disk.checkpoints.filter(
    ({ decree, created_us }) => decree < disk.last_durable_decree && created_us >= compacted,
  );
  const bases = older
    .filter((one) => isSound(`${directory}/${checkpointFile(one)}`))
    .map(({ decree }) => decree);
  if (compacted < 0) bases.unshift(0);
  return bases.filter((decree) => decree >= loggedFrom).at(-1);
}

function isDamaged(files: Files, path: string): boolean {
  const { form, schema } = kindOf(path)!;
  return attempt(() => files[form](path, schema)) instanceof Damage;
}

function howOf(base: number, isNewest: boolean): string {
  if (!isNewest) return `done without: the newest is checkpoint ${base}`;
  if (base === 0) return 'done without: the private log tells everything';
  return `done without: the private log tells what came after checkpoint ${base}`;
}
