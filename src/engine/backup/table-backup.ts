/** Backups of one table, by request (`src/meta/backup_engine.cpp`, `meta_backup_service.cpp`). */
import type {
  BackupItem,
  QueryBackupStatusRequest,
  QueryBackupStatusResponse,
  StartBackupAppRequest,
  StartBackupAppResponse,
} from '../../rpc/idl/backup.ts';
import { MS, SECOND } from '../clock.ts';
import type { AppRecord, TableBackup } from '../documents/meta.ts';
import type { Timer } from '../documents/universe.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { Steps } from '../steps.ts';
import { appMetadataFile, type BackupPlace, backupInfoFile, backupRoot } from './backup-files.ts';
import { BlockService, LOCAL_SERVICE } from './block-service.ts';
import { askAgain, askingPrimary, beginningRequests, type Periods } from './partition-requests.ts';

const PERIODS: Periods = { retryUs: 1 * SECOND, noPrimaryUs: 10 * SECOND, timeoutUs: 10 * SECOND };

/** `start_backup_app`: it is under way when it is answered. */
export function startBackupApp(
  meta: MetaServer,
  { app_id, backup_provider_type: provider, backup_path: path = '' }: StartBackupAppRequest,
): StartBackupAppResponse {
  const app = meta.tree.app(app_id);
  if (app === undefined) return refuse('ERR_APP_NOT_EXIST', '');
  if (isOff(meta)) return refuse('ERR_SERVICE_NOT_ACTIVE', '');
  const failed = (err: string, why: string) => refuse(err, `Backup failed: ${why}.`);
  if (app.status !== 'AS_AVAILABLE') return failed('ERR_INVALID_STATE', `invalid app id ${app_id}`);
  if (provider !== LOCAL_SERVICE)
    return failed('ERR_INVALID_PARAMETERS', `invalid backup_provider_type ${provider}`);
  if (backupsOf(meta).some((backup) => backup.app_id === app_id && isInProgress(backup)))
    return failed('ERR_INVALID_STATE', `app ${app_id} is actively being backed up`);
  const backup = begin(meta, app, provider, path);
  if (backup === undefined) return failed('ERR_FS_INTERNAL', `could not backup metadata for app ${app_id}`);
  const hint_message =
    `Backup succeed: metadata of app ${app_id} has been successfully backed up ` +
    'and backup request has been sent to replica servers.';
  return { err: 'ERR_OK', hint_message, backup_id: backup.backup_id };
}

/** `query_backup_status`: the backups of a table since this meta server leads, or one of them. */
export function queryBackupStatus(
  meta: MetaServer,
  { app_id, backup_id }: QueryBackupStatusRequest,
): QueryBackupStatusResponse {
  if (meta.tree.app(app_id) === undefined) return refuse('ERR_APP_NOT_EXIST', '');
  if (isOff(meta)) return refuse('ERR_SERVICE_NOT_ACTIVE', '');
  const found = backupsOf(meta).filter(
    (backup) => backup.app_id === app_id && (backup_id === undefined || backup.backup_id === backup_id),
  );
  if (found.length === 0)
    return refuse('ERR_INVALID_PARAMETERS', 'Backup not found, please check app_id or backup_id.');
  const hint_message = `There are ${found.length} available backups for app ${app_id}.`;
  return { err: 'ERR_OK', hint_message, backup_items: found.map(itemOf) };
}

function itemOf(backup: TableBackup): BackupItem {
  return {
    backup_id: backup.backup_id,
    app_name: backup.app_name,
    backup_provider_type: backup.provider,
    backup_path: backup.path,
    start_time_ms: backup.start_time_ms,
    end_time_ms: backup.end_time_ms,
    is_backup_failed: backup.is_failed,
  };
}

function begin(meta: MetaServer, app: AppRecord, provider: string, path: string): TableBackup | undefined {
  const { universe } = meta.cluster;
  const { app_id, app_name, partition_count } = app;
  const backup_id = Math.floor(universe.now / MS);
  const backup: TableBackup = {
    backup_id,
    app_id,
    app_name,
    provider,
    path,
    start_time_ms: backup_id,
    end_time_ms: 0,
    is_failed: false,
    remaining: partition_count,
  };
  const isWritten = serviceOf(meta, backup).write(appMetadataFile(placeOf(meta, backup)), {
    ...app,
    envs: {},
  });
  if (!isWritten) return undefined;
  saveBackups(meta, [...backupsOf(meta), backup]);
  meta.perform(beginningRequests(meta, 'cold-backup', idOf(backup), partition_count));
  return backup;
}

/** The primary of a partition is asked to back it up, or how far it is. */
export function continueBackup(meta: MetaServer, timer: Timer): void {
  meta.perform(continuing(meta, timer));
}

function* continuing(meta: MetaServer, timer: Timer): Steps {
  const [id, pidx] = timer.gpid.split('/') as [string, string];
  const backup = backupsOf(meta).find((one) => idOf(one) === id);
  if (backup === undefined || backup.is_failed) return;
  if (meta.tree.app(backup.app_id)?.status !== 'AS_AVAILABLE') {
    update(meta, { ...backup, is_failed: true });
    return;
  }
  const policy = `fake_policy_${backup.backup_id}`;
  const request = { ...placeOf(meta, backup), policy, provider: backup.provider };
  const { step } = yield* askingPrimary(meta, request, Number(pidx), PERIODS);
  if (step === 'done') finishPartition(meta, backup);
  else if (step === 'failed') update(meta, { ...backup, is_failed: true });
  else askAgain(meta, timer, step, PERIODS);
}

function finishPartition(meta: MetaServer, backup: TableBackup): void {
  const remaining = backup.remaining - 1;
  if (remaining > 0) {
    update(meta, { ...backup, remaining });
    return;
  }
  const { backup_id, start_time_ms, app_id, app_name } = backup;
  const info = { backup_id, start_time_ms, end_time_ms: 0, app_id, app_name };
  serviceOf(meta, backup).write(backupInfoFile(placeOf(meta, backup)), info);
  update(meta, { ...backup, remaining, end_time_ms: Math.floor(meta.cluster.universe.now / MS) });
}

function isInProgress({ end_time_ms, is_failed }: TableBackup): boolean {
  return end_time_ms === 0 && !is_failed;
}

function isOff(meta: MetaServer): boolean {
  return meta.setting('meta_server.cold_backup_disabled');
}

function refuse(err: string, hint_message: string): { err: string; hint_message: string } {
  return { err, hint_message };
}

function serviceOf({ cluster }: MetaServer, { provider }: TableBackup): BlockService {
  return new BlockService(cluster.universe.store, provider);
}

function placeOf(meta: MetaServer, { path, backup_id, app_id, app_name }: TableBackup): BackupPlace {
  return { root: backupRoot(meta, path), backup_id, app_id, app_name };
}

function backupsOf({ process }: MetaServer): readonly TableBackup[] {
  return process.backups ?? [];
}

function saveBackups(meta: MetaServer, backups: TableBackup[]): void {
  meta.saveProcess({ ...meta.process, backups });
}

function update(meta: MetaServer, changed: TableBackup): void {
  saveBackups(
    meta,
    backupsOf(meta).map((backup) => (idOf(backup) === idOf(changed) ? changed : backup)),
  );
}

function idOf({ app_id, backup_id }: TableBackup): string {
  return `${app_id}@${backup_id}`;
}
