import type { StoredCheckpoint } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { SealedFile, type Store } from '../storage/store.ts';
import { type CheckpointName, checkpointFile, newestCheckpoint } from './checkpoint-name.ts';
import { checkpointFromJson, checkpointToJson } from './data/checkpoint-codec.ts';
import { RecordStore } from './data/record-store.ts';
import type { Replica } from './replica.ts';

/** The records of a replica's newest checkpoint, in steps; none where there is no checkpoint. */
export function* readingCheckpoint(replica: Replica): Steps<RecordStore> {
  const newest = newestCheckpoint(replica.disk);
  if (newest === undefined) return new RecordStore();
  const path = pathOf(replica, newest);
  const { body } = yield* storeOf(replica).readingFile(path);
  const checkpoint = yield* checkpointFromJson(body);
  if (checkpoint.decree !== newest.decree) throw damage(path, 'line 1', `holds decree ${checkpoint.decree}`);
  return checkpoint.records;
}

/** What is stored of a checkpoint. */
type Written = Omit<StoredCheckpoint, 'created_us'>;

/** Writes the records as of a decree, one a line. */
export function* writingCheckpoint(replica: Replica, decree: number): Steps<Written> {
  const records = yield* replica.recordsAsOf(decree);
  return yield* puttingCheckpoint(replica, decree, checkpointToJson(decree, records));
}

/** A file never changes: where there is one of the decree, the new one has another name. */
export function* puttingCheckpoint(
  replica: Replica,
  decree: number,
  content: SealedFile | Iterable<string>,
): Steps<Written> {
  const before = replica.disk.checkpoints.findLast((one) => one.decree === decree);
  const named = before === undefined ? { decree } : { decree, version: (before.version ?? 0) + 1 };
  const bytes = yield* storeOf(replica).puttingFile(pathOf(replica, named), content, true);
  return { ...named, bytes };
}

/** The newest checkpoint as it is written; one without records where there is none. */
export function* readingCheckpointFile(replica: Replica): Steps<SealedFile> {
  const newest = newestCheckpoint(replica.disk);
  if (newest === undefined) return SealedFile.of('{"decree":0,"records":[]}');
  return yield* storeOf(replica).readingFile(pathOf(replica, newest));
}

/** Deletes the file of a checkpoint. */
export function removeCheckpoint(replica: Replica, checkpoint: StoredCheckpoint): void {
  storeOf(replica).remove(pathOf(replica, checkpoint));
}

function storeOf({ server }: Replica): Store {
  return server.cluster.universe.store;
}

function pathOf(replica: Replica, checkpoint: CheckpointName): string {
  return `${replica.directory}/${checkpointFile(checkpoint)}`;
}
