import type { Checkpoint } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { recordsFromJson, recordsToJson } from './data/checkpoint-codec.ts';
import { RecordStore } from './data/record-store.ts';
import type { Replica } from './replica.ts';

/** The records of a replica's newest checkpoint, in steps; none where there is no checkpoint. */
export function* readingCheckpoint(replica: Replica): Steps<RecordStore> {
  const decree = replica.disk.last_durable_decree;
  return decree === 0 ? new RecordStore() : yield* parsing(replica, decree);
}

/**
 * Writes `data/checkpoint.<decree>.json`, one record a line.
 *
 * @returns its size in bytes
 */
export function* writingCheckpoint(replica: Replica, decree: number): Steps<number> {
  const rows = yield* recordsToJson(yield* replica.recordsAsOf(decree));
  return putCheckpoint(replica, decree, `{"decree":${decree},"records":[\n${rows}\n]}\n`);
}

/** @returns its size in bytes */
export function putCheckpoint(replica: Replica, decree: number, text: string): number {
  replica.server.cluster.universe.store.putFile(pathOf(replica, decree), text);
  return Buffer.byteLength(text);
}

/** The newest checkpoint as it is written; one without records where there is none. */
export function checkpointText(replica: Replica): string {
  const decree = replica.disk.last_durable_decree;
  if (decree === 0) return '{"decree":0,"records":[]}\n';
  return `${replica.server.cluster.universe.store.readFile(pathOf(replica, decree))}\n`;
}

/** Deletes the file of a checkpoint. */
export function removeCheckpoint(replica: Replica, decree: number): void {
  replica.server.cluster.universe.store.remove(pathOf(replica, decree));
}

function* parsing(replica: Replica, decree: number): Steps<RecordStore> {
  const path = pathOf(replica, decree);
  const checkpoint = JSON.parse(replica.server.cluster.universe.store.readFile(path)) as Checkpoint;
  if (checkpoint.decree !== decree) throw damage(path, 'line 1', `holds decree ${checkpoint.decree}`);
  yield;
  return yield* recordsFromJson(checkpoint.records);
}

function pathOf(replica: Replica, decree: number): string {
  return `${replica.directory}/data/checkpoint.${decree}.json`;
}
