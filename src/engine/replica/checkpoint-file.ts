import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { SealedFile, type Store } from '../storage/store.ts';
import { checkpointFromJson, checkpointToJson } from './data/checkpoint-codec.ts';
import { RecordStore } from './data/record-store.ts';
import type { Replica } from './replica.ts';

/** The records of a replica's newest checkpoint, in steps; none where there is no checkpoint. */
export function* readingCheckpoint(replica: Replica): Steps<RecordStore> {
  const decree = replica.disk.last_durable_decree;
  if (decree === 0) return new RecordStore();
  const path = pathOf(replica, decree);
  const { body } = yield* storeOf(replica).readingFile(path);
  const checkpoint = yield* checkpointFromJson(body);
  if (checkpoint.decree !== decree) throw damage(path, 'line 1', `holds decree ${checkpoint.decree}`);
  return checkpoint.records;
}

/**
 * Writes `data/checkpoint.<decree>.json`, one record a line.
 *
 * @returns its size in bytes
 */
export function* writingCheckpoint(replica: Replica, decree: number): Steps<number> {
  const records = yield* replica.recordsAsOf(decree);
  return yield* storeOf(replica).puttingFile(pathOf(replica, decree), checkpointToJson(decree, records));
}

/** @returns its size in bytes */
export function puttingCheckpoint(replica: Replica, decree: number, file: SealedFile): Steps<number> {
  return storeOf(replica).puttingFile(pathOf(replica, decree), file);
}

/** The newest checkpoint as it is written; one without records where there is none. */
export function* readingCheckpointFile(replica: Replica): Steps<SealedFile> {
  const decree = replica.disk.last_durable_decree;
  if (decree === 0) return SealedFile.of('{"decree":0,"records":[]}');
  return yield* storeOf(replica).readingFile(pathOf(replica, decree));
}

/** Deletes the file of a checkpoint. */
export function removeCheckpoint(replica: Replica, decree: number): void {
  storeOf(replica).remove(pathOf(replica, decree));
}

function storeOf({ server }: Replica): Store {
  return server.cluster.universe.store;
}

function pathOf(replica: Replica, decree: number): string {
  return `${replica.directory}/data/checkpoint.${decree}.json`;
}
