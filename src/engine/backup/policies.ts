/** Backup policies: what changes them and what tells of them (`src/meta/meta_backup_service.cpp`). */
import type {
  BackupEntry,
  ConfigurationAddBackupPolicyRequest,
  ConfigurationAddBackupPolicyResponse,
  ConfigurationModifyBackupPolicyRequest,
  ConfigurationModifyBackupPolicyResponse,
  ConfigurationQueryBackupPolicyRequest,
  ConfigurationQueryBackupPolicyResponse,
  PolicyEntry,
} from '../../rpc/idl/backup.ts';
import type { Policy, PolicyBackup } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { LOCAL_SERVICE } from './block-service.ts';
import { isBackingUp, policyHasChanged, startPolicy } from './policy-backup.ts';
import { isStartTime, parseStartTime, startTimeText } from './policy-schedule.ts';

const DAY_SECONDS = 86_400;

/** `add_backup_policy`: its first backup begins when its time of day comes. */
export function addPolicy(
  meta: MetaServer,
  request: ConfigurationAddBackupPolicyRequest,
): ConfigurationAddBackupPolicyResponse {
  const { policy_name, backup_provider_type } = request;
  const objection =
    objectionToInterval(meta, request.backup_interval_seconds) ??
    objectionToApps(meta, request.app_ids) ??
    objectionToName(meta, policy_name) ??
    (backup_provider_type === LOCAL_SERVICE
      ? undefined
      : `invalid backup_provider_type: ${backup_provider_type}`);
  if (objection !== undefined) return { err: 'ERR_INVALID_PARAMETERS', hint_message: objection };
  meta.tree.savePolicy({
    policy_name,
    backup_provider_type,
    apps: withApps(meta, [], request.app_ids),
    backup_interval_seconds: request.backup_interval_seconds,
    backup_history_count_to_keep: request.backup_history_count_to_keep,
    is_disable: false,
    start_time: parseStartTime(request.start_time, { hour: 24, minute: 0 }),
    backups: [],
  });
  startPolicy(meta, policy_name);
  return { err: 'ERR_OK', hint_message: '' };
}

/** `modify_backup_policy`: what it cannot take it leaves out, and says nothing of it. */
export function modifyPolicy(
  meta: MetaServer,
  request: ConfigurationModifyBackupPolicyRequest,
): ConfigurationModifyBackupPolicyResponse {
  const policy = meta.tree.policy(request.policy_name);
  if (policy === undefined) return { err: 'ERR_INVALID_PARAMETERS', hint_message: '' };
  const { is_disable, force_disable, new_backup_interval_sec: interval, start_time } = request;
  const { removal_appids: removed = [], backup_history_count_to_keep: count = 0 } = request;
  const isBusy = is_disable === true && force_disable !== true && isBackingUp(meta, policy);
  const isEnabled = is_disable === false && !policy.is_disable;
  const apps = withApps(meta, policy.apps, request.add_appids ?? []);
  const takesInterval = interval !== undefined && objectionToInterval(meta, interval) === undefined;
  meta.tree.savePolicy({
    ...policy,
    apps: apps.filter(({ app_id }) => !removed.includes(app_id)),
    ...(is_disable === undefined || isBusy ? {} : { is_disable }),
    ...(takesInterval ? { backup_interval_seconds: interval } : {}),
    ...(count > 0 ? { backup_history_count_to_keep: count } : {}),
    ...(start_time !== undefined && isStartTime(start_time)
      ? { start_time: parseStartTime(start_time, policy.start_time) }
      : {}),
  });
  policyHasChanged(meta, request.policy_name);
  const hint_message = isEnabled ? 'policy is already enabled' : '';
  return { err: isBusy ? 'ERR_BUSY' : 'ERR_OK', hint_message };
}

/** `query_backup_policy`: those that are named, or all; each with as many of its backups as are asked for, newest first. */
export function queryPolicies(
  meta: MetaServer,
  { policy_names, backup_info_count }: ConfigurationQueryBackupPolicyRequest,
): ConfigurationQueryBackupPolicyResponse {
  const names =
    policy_names.length > 0 ? policy_names : meta.tree.policies().map(({ policy_name }) => policy_name);
  const policies = names.flatMap((name) => meta.tree.policy(name) ?? []);
  const unknown = names.filter((name) => meta.tree.policy(name) === undefined);
  const hint_msg = unknown.map((name) => `invalid policy_name ${name}`).join('\n\t');
  return {
    err: policies.length === 0 && names.length > 0 ? 'ERR_INVALID_PARAMETERS' : 'ERR_OK',
    policys: policies.map(entryOf),
    backup_infos: policies.map(({ backups }) => {
      const newest = backup_info_count > 0 ? backups.slice(-backup_info_count) : [];
      return newest.reverse().map(backupEntryOf);
    }),
    ...(hint_msg === '' ? {} : { hint_msg }),
  };
}

function entryOf(policy: Policy): PolicyEntry {
  return {
    policy_name: policy.policy_name,
    backup_provider_type: policy.backup_provider_type,
    backup_interval_seconds: `${policy.backup_interval_seconds}`,
    app_ids: idsOf(policy.apps),
    backup_history_count_to_keep: policy.backup_history_count_to_keep,
    start_time: startTimeText(policy.start_time),
    is_disable: policy.is_disable,
  };
}

function backupEntryOf({ apps, ...backup }: PolicyBackup): BackupEntry {
  return { ...backup, app_ids: idsOf(apps) };
}

function idsOf(apps: Policy['apps']): Set<number> {
  return new Set(apps.map(({ app_id }) => app_id));
}

/** With the tables that there are, dropped or not; ascending. */
function withApps(meta: MetaServer, apps: Policy['apps'], ids: readonly number[]): Policy['apps'] {
  const byId = new Map(apps.map((app) => [app.app_id, app]));
  for (const app_id of ids) {
    const app = meta.tree.app(app_id);
    if (app !== undefined) byId.set(app_id, { app_id, app_name: app.app_name });
  }
  return [...byId.values()].sort((a, b) => a.app_id - b.app_id);
}

function objectionToInterval(meta: MetaServer, seconds: number): string | undefined {
  const reserved = meta.setting('replication.cold_backup_checkpoint_reserve_minutes');
  if (seconds <= reserved * 60)
    return `backup interval must be larger than cold_backup_checkpoint_reserve_minutes=${reserved}`;
  return seconds < DAY_SECONDS ? `backup interval must be >= ${DAY_SECONDS} (1 day)` : undefined;
}

function objectionToApps(meta: MetaServer, ids: readonly number[]): string | undefined {
  const unknown = ids.find((id) => meta.tree.app(id) === undefined);
  return unknown === undefined ? undefined : `invalid app ${unknown}`;
}

/** It names a metric of Prometheus, and a label of one. */
function objectionToName(meta: MetaServer, name: string): string | undefined {
  const invalid = (why: string) => `invalid policy name: '${name}', ${why}`;
  const unfit = (regex: string, what: string) =>
    invalid(`policy name should match regex '${regex}' when act as a metric ${what} in prometheus`);
  if (name.includes('backup_info')) return invalid('policy name is reserved');
  if (!/^(?!__)[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return unfit('[a-zA-Z_:][a-zA-Z0-9_:]*', 'name');
  if (name.includes(':')) return unfit('[a-zA-Z_][a-zA-Z0-9_]*', 'label');
  return meta.tree.policy(name) === undefined ? undefined : invalid('policy name is already exist');
}
