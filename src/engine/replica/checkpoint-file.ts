import * as v from 'valibot';
import { WorkspaceError } from '../../errors.ts';
import { describeMisfit } from '../storage/damage.ts';
import { integer } from '../storage/integer.ts';
import { recordRowSchema, recordsFromJson, recordsToJson } from './data/checkpoint-codec.ts';
import { RecordStore } from './data/record-store.ts';
import type { Replica } from './replica.ts';

const checkpointSchema = v.object({ decree: integer, records: v.array(recordRowSchema) });

/** The records of a replica's newest checkpoint; none where there is no checkpoint. */
export function readCheckpoint(replica: Replica): RecordStore {
  const decree = replica.disk.last_durable_decree;
  return decree === 0 ? new RecordStore() : parseCheckpoint(replica, decree);
}

/** Writes `data/checkpoint.<decree>.json`, one record a line. */
export function writeCheckpoint(replica: Replica, decree: number): void {
  const rows = recordsToJson(replica.recordsAsOf(decree)).map((row) => JSON.stringify(row));
  const text = `{"decree":${decree},"records":[\n${rows.join(',\n')}\n]}\n`;
  replica.server.cluster.universe.store.putFile(pathOf(replica, decree), text);
}

export function removeCheckpoint(replica: Replica, decree: number): void {
  replica.server.cluster.universe.store.remove(pathOf(replica, decree));
}

function parseCheckpoint(replica: Replica, decree: number): RecordStore {
  const path = pathOf(replica, decree);
  const json: unknown = JSON.parse(replica.server.cluster.universe.store.readFile(path));
  const parsed = v.safeParse(checkpointSchema, json);
  if (!parsed.success) throw damaged(path, describeMisfit(checkpointSchema, json));
  if (parsed.output.decree !== decree) throw damaged(path, `it holds decree ${parsed.output.decree}`);
  return recordsFromJson(parsed.output.records);
}

function damaged(path: string, what: string): WorkspaceError {
  return new WorkspaceError(
    `${path}: damaged checkpoint: ${what}`,
    'restore the file; nothing was overwritten',
  );
}

function pathOf(replica: Replica, decree: number): string {
  return `${replica.directory}/data/checkpoint.${decree}.json`;
}
