/** Where a table comes from that was restored: its envs say so (`backup_restore_constant`). */
import type { BackupPlace } from './backup-files.ts';

/** A backup, as whoever wants it back names it. */
export interface RestoredFrom {
  readonly provider: string;
  readonly cluster: string;
  /** '' = of none: policies leave no folder of their own. */
  readonly policy: string;
  readonly app_name: string;
  readonly app_id: number;
  readonly backup_id: number;
  /** Whether partitions that are damaged there begin empty. */
  readonly skipsBad: boolean;
  /** Above the cluster's backups; undefined = nothing is. */
  readonly path: string | undefined;
}

export function envsOf(from: RestoredFrom): Record<string, string> {
  return {
    'restore.block_service_provider': from.provider,
    'restore.cluster_name': from.cluster,
    'restore.policy_name': from.policy,
    'restore.app_name': from.app_name,
    'restore.app_id': `${from.app_id}`,
    'restore.backup_id': `${from.backup_id}`,
    ...(from.skipsBad ? { 'restore.skip_bad_partition': 'true' } : {}),
    ...(from.path === undefined ? {} : { 'restore.restore_path': from.path }),
  };
}

/** @param envs of a table that was restored: it has a `restore.policy_name` */
export function restoredFrom(envs: Readonly<Record<string, string>>): RestoredFrom {
  const of = (name: string): string => envs[`restore.${name}`] ?? '';
  return {
    provider: of('block_service_provider'),
    cluster: of('cluster_name'),
    policy: of('policy_name'),
    app_name: of('app_name'),
    app_id: Number(of('app_id')),
    backup_id: Number(of('backup_id')),
    skipsBad: envs['restore.skip_bad_partition'] !== undefined,
    path: envs['restore.restore_path'],
  };
}

export function placeOf({ path, cluster, policy, backup_id, app_id, app_name }: RestoredFrom): BackupPlace {
  const root = [path, cluster, policy].filter((part) => part !== undefined && part !== '').join('/');
  return { root, backup_id, app_id, app_name };
}
