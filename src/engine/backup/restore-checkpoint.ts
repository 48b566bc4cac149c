/** A new replica begins with the checkpoint of a backup (`src/replica/replica_restore.cpp`). */
import type { BackupMetadata, CurrentCheckpoint } from '../documents/backup.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { dropTable } from '../meta/tables.ts';
import { sendOneWay } from '../network.ts';
import { takingCheckpoint } from '../replica/checkpoint.ts';
import { isWriteFailing } from '../replica/disk-faults.ts';
import type { Replica } from '../replica/replica.ts';
import type { Steps } from '../steps.ts';
import type { SealedFile } from '../storage/store.ts';
import { backupMetadataFile, checkpointDirectory, currentCheckpointFile } from './backup-files.ts';
import { BlockService } from './block-service.ts';
import { placeOf, type RestoredFrom, restoredFrom } from './restored-from.ts';

/**
 * Fills a replica of a table that was restored. One whose backup is not there, or damaged, begins empty where the table
 * may do without; else the replica has the whole table dropped.
 *
 * @returns false where it could not be filled
 */
export function* restoringCheckpoint(meta: MetaServer, replica: Replica, app: AppRecord): Steps<boolean> {
  const from = restoredFrom(app.envs);
  if (isWriteFailing(replica.server)) return false;
  const checkpoint = yield* downloading(replica, from);
  if (checkpoint !== undefined) {
    yield* filling(replica, checkpoint);
    return true;
  }
  if (from.skipsBad) return true;
  rollBack(meta, replica, app);
  return false;
}

interface Downloaded {
  readonly decree: number;
  readonly file: SealedFile;
}

/** The checkpoint that counts; undefined where there is none, or none that can be read. */
function* downloading({ server, pidx }: Replica, from: RestoredFrom): Steps<Downloaded | undefined> {
  const service = new BlockService(server.cluster.universe.store, from.provider);
  const place = placeOf(from);
  const current = parsed<CurrentCheckpoint>(service, currentCheckpointFile(place, pidx));
  if (current === undefined) return undefined;
  const directory = checkpointDirectory(place, pidx, current.current_checkpoint);
  const metadata = parsed<BackupMetadata>(service, backupMetadataFile(directory));
  if (metadata === undefined) return undefined;
  const { checkpoint_decree: decree, files } = metadata;
  const file = yield* service.downloading(`${directory}/${files[0]?.name}`);
  return 'err' in file || !isOf(decree, file) ? undefined : { decree, file };
}

function isOf(decree: number, { body }: SealedFile): boolean {
  const head = Buffer.from(`{"decree":${decree},`);
  return head.equals(body.subarray(0, head.length));
}

function parsed<T>(service: BlockService, path: string): T | undefined {
  const read = service.read(path);
  return 'err' in read ? undefined : (JSON.parse(read.text) as T);
}

function* filling(replica: Replica, { decree, file }: Downloaded): Steps {
  const { ram, now } = replica;
  ram.last_committed_decree = decree;
  ram.last_prepared_decree = decree;
  ram.last_prepare_us = now;
  replica.plog.reset(decree);
  if (decree > 0) yield* takingCheckpoint(replica, decree, file);
}

/** After what is being handled, as a request of its own. */
function rollBack(meta: MetaServer, { server }: Replica, { app_name }: AppRecord): void {
  const options = { success_if_not_exist: true, reserve_seconds: 1 };
  meta.post(() => {
    sendOneWay(server, meta, () => dropTable(meta, { app_name, options }));
    return undefined;
  });
}
