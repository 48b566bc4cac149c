/** The backups of a policy: when they begin, what they do, which are kept (`meta_backup_service.cpp policy_context`). */
import type { TimerKind } from '../agenda.ts';
import { MS, SECOND, tickFrom } from '../clock.ts';
import type { Policy, PolicyBackup, PolicyRun } from '../documents/meta.ts';
import type { Timer } from '../documents/universe.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { Steps } from '../steps.ts';
import {
  appMetadataFile,
  appStatusFile,
  type BackupPlace,
  backupDirectory,
  backupInfoFile,
  backupRoot,
} from './backup-files.ts';
import { BlockService } from './block-service.ts';
import { askAgain, askingPrimary, beginningRequests, type Periods } from './partition-requests.ts';
import { nextBackupAt } from './policy-schedule.ts';

const PERIODS: Periods = { retryUs: 10 * SECOND, noPrimaryUs: 15 * SECOND, timeoutUs: 5 * SECOND };
/** How long to wait where ZooKeeper does not answer. */
const STORAGE_RETRY_US = 10 * SECOND;
/** How often it looks whether there are too many backups. */
const GC_US = 180 * SECOND;

/** A meta server takes the lead: it goes on with what the one before left. */
export function takeUpPolicies(meta: MetaServer): void {
  if (meta.setting('meta_server.cold_backup_disabled')) return;
  for (const { policy_name } of meta.tree.policies()) startPolicy(meta, policy_name);
}

/** From now on the policy is looked after. */
export function startPolicy(meta: MetaServer, policy_name: string): void {
  const { now } = meta.cluster.universe;
  saveRun(meta, { policy_name, started_us: now, phase_us: now, is_failed: false, apps: [] });
  policyHasChanged(meta, policy_name);
}

/** It may be time sooner or later than before, be enabled or not, and keep more or fewer backups. */
export function policyHasChanged(meta: MetaServer, name: string): void {
  const [policy, run] = [meta.tree.policy(name), runOf(meta, name)];
  if (policy === undefined || run === undefined) return;
  scheduleGc(meta, policy, run);
  if (run.apps.length > 0) return;
  if (currentOf(policy) !== undefined && !policy.is_disable) proceed(meta, policy);
  else scheduleCheck(meta, policy, run, meta.cluster.universe.now);
}

/** Whether one of its backups is under way, and can still be completed. */
export function isBackingUp(meta: MetaServer, policy: Policy): boolean {
  return currentOf(policy) !== undefined && runOf(meta, policy.policy_name)?.is_failed !== true;
}

/** It is time. */
export function checkPolicy(meta: MetaServer, { gpid: name }: Timer): void {
  const [policy, run] = [meta.tree.policy(name), runOf(meta, name)];
  if (policy === undefined || run === undefined || policy.is_disable) return;
  const { universe } = meta.cluster;
  if (meta.isStorageSilent) {
    universe.agenda.schedule(timerOf(meta, 'policy-check', name), universe.now + STORAGE_RETRY_US);
    return;
  }
  if (!policy.apps.some(({ app_id }) => isAvailable(meta, app_id))) {
    scheduleCheck(meta, policy, run, universe.now + 1);
    return;
  }
  const backup_id = Math.floor(universe.now / MS);
  const backup = { backup_id, start_time_ms: backup_id, end_time_ms: 0, apps: policy.apps };
  const begun = { ...policy, backups: [...policy.backups, backup] };
  meta.tree.savePolicy(begun);
  proceed(meta, begun);
}

function scheduleCheck(meta: MetaServer, policy: Policy, { phase_us }: PolicyRun, fromUs: number): void {
  const key = timerOf(meta, 'policy-check', policy.policy_name);
  const { agenda } = meta.cluster.universe;
  const at = policy.is_disable ? undefined : nextBackupAt(policy, phase_us, fromUs);
  if (at === undefined) agenda.cancel(key);
  else agenda.schedule(key, at);
}

/** Begins with the tables of the current backup that there are; the others count as done. */
function proceed(meta: MetaServer, policy: Policy): void {
  const run = runOf(meta, policy.policy_name);
  const backup = currentOf(policy);
  if (run === undefined || backup === undefined) return;
  const apps = backup.apps.map(({ app_id, app_name }) => {
    const app = isAvailable(meta, app_id) ? meta.tree.app(app_id) : undefined;
    return {
      app_id,
      app_name,
      remaining: app?.partition_count ?? 0,
      bytes: 0,
      is_skipped: app === undefined,
    };
  });
  const begun = { ...run, is_failed: false, apps };
  saveRun(meta, begun);
  finishWhenDone(meta, policy, begun);
  meta.perform(beginning(meta, policy, backup, begun));
}

function* beginning(meta: MetaServer, policy: Policy, backup: PolicyBackup, run: PolicyRun): Steps {
  for (const { app_id, remaining, is_skipped } of run.apps) {
    if (is_skipped) continue;
    const metadata = { ...meta.tree.app(app_id), envs: {} };
    serviceOf(meta, policy).write(appMetadataFile(placeOf(meta, backup, run, app_id)), metadata);
    yield* beginningRequests(meta, 'policy-backup', `${policy.policy_name}/${app_id}`, remaining);
  }
}

/** The primary of a partition is asked to back it up, or how far it is. What fails is not tried again. */
export function backUpPartition(meta: MetaServer, timer: Timer): void {
  meta.perform(backingPartitionUp(meta, timer));
}

function* backingPartitionUp(meta: MetaServer, timer: Timer): Steps {
  const [name = '', appId, pidx] = timer.gpid.split('/');
  const app_id = Number(appId);
  const [policy, run] = [meta.tree.policy(name), runOf(meta, name)];
  const backup = policy && currentOf(policy);
  if (policy === undefined || run === undefined || backup === undefined) return;
  const { status = 'AS_DROPPED' } = meta.tree.app(app_id) ?? {};
  if (status === 'AS_DROPPED') {
    finishPartition(meta, policy, run, app_id, { bytes: 0, is_skipped: true });
    return;
  }
  const request = {
    ...placeOf(meta, backup, run, app_id),
    policy: name,
    provider: policy.backup_provider_type,
  };
  const { step, bytes } = yield* askingPrimary(meta, request, Number(pidx), PERIODS);
  if (step === 'done') finishPartition(meta, policy, run, app_id, { bytes, is_skipped: false });
  else if (step === 'failed') saveRun(meta, { ...run, is_failed: true });
  else askAgain(meta, timer, step, PERIODS);
}

function finishPartition(
  meta: MetaServer,
  policy: Policy,
  run: PolicyRun,
  appId: number,
  { bytes, is_skipped }: { readonly bytes: number; readonly is_skipped: boolean },
): void {
  const apps = run.apps.map((app) =>
    app.app_id !== appId
      ? app
      : {
          ...app,
          remaining: app.remaining - 1,
          bytes: app.bytes + bytes,
          is_skipped: app.is_skipped || is_skipped,
        },
  );
  const next = { ...run, apps };
  saveRun(meta, next);
  const app = apps.find(({ app_id }) => app_id === appId);
  const backup = currentOf(policy);
  if (app?.remaining !== 0 || backup === undefined) return;
  if (!app.is_skipped) {
    const status = { total_checkpoint_size: app.bytes };
    serviceOf(meta, policy).write(appStatusFile(placeOf(meta, backup, next, appId)), status);
  }
  finishWhenDone(meta, policy, next);
}

/** All its tables are done: it is complete, and the next one is waited for. */
function finishWhenDone(meta: MetaServer, policy: Policy, run: PolicyRun): void {
  const backup = currentOf(policy);
  if (backup === undefined || run.apps.some(({ remaining }) => remaining > 0)) return;
  const { now } = meta.cluster.universe;
  const complete = { ...backup, end_time_ms: Math.floor(now / MS) };
  serviceOf(meta, policy).write(backupInfoFile({ ...rootOf(meta), ...backup }), complete);
  const finished = { ...policy, backups: [...policy.backups.slice(0, -1), complete] };
  const idle = { ...run, phase_us: now, apps: [] };
  meta.tree.savePolicy(finished);
  saveRun(meta, idle);
  scheduleCheck(meta, finished, idle, now);
  scheduleGc(meta, finished, idle);
}

function scheduleGc(meta: MetaServer, policy: Policy, { started_us }: PolicyRun): void {
  const { agenda, now } = meta.cluster.universe;
  if (superfluous(policy).length === 0) return;
  agenda.schedule(timerOf(meta, 'policy-gc', policy.policy_name), tickFrom(started_us, GC_US, now + 1));
}

/** Deletes backups that are too many, the oldest first. */
export function collectBackups(meta: MetaServer, { gpid: name }: Timer): void {
  const policy = meta.tree.policy(name);
  if (policy === undefined) return;
  const gone = superfluous(policy);
  const service = serviceOf(meta, policy);
  for (const backup of gone) service.remove(backupDirectory({ ...rootOf(meta), ...backup }));
  meta.tree.savePolicy({ ...policy, backups: policy.backups.filter((backup) => !gone.includes(backup)) });
}

function superfluous({ backups, backup_history_count_to_keep: kept }: Policy): PolicyBackup[] {
  const finished = backups.filter(({ end_time_ms }) => end_time_ms > 0);
  return finished.slice(0, Math.max(0, finished.length - kept));
}

/** The one that is under way is always the last. */
function currentOf({ backups }: Policy): PolicyBackup | undefined {
  const last = backups.at(-1);
  return last?.end_time_ms === 0 ? last : undefined;
}

function isAvailable(meta: MetaServer, appId: number): boolean {
  return meta.tree.app(appId)?.status === 'AS_AVAILABLE';
}

function serviceOf({ cluster }: MetaServer, { backup_provider_type }: Policy): BlockService {
  return new BlockService(cluster.universe.store, backup_provider_type);
}

function rootOf(meta: MetaServer): { root: string } {
  return { root: backupRoot(meta, '') };
}

function placeOf(meta: MetaServer, { backup_id }: PolicyBackup, run: PolicyRun, app_id: number): BackupPlace {
  const app_name = run.apps.find((app) => app.app_id === app_id)?.app_name ?? '';
  return { ...rootOf(meta), backup_id, app_id, app_name };
}

function runOf({ process }: MetaServer, name: string): PolicyRun | undefined {
  return process.policies?.find(({ policy_name }) => policy_name === name);
}

function saveRun(meta: MetaServer, run: PolicyRun): void {
  const { process } = meta;
  const others = (process.policies ?? []).filter(({ policy_name }) => policy_name !== run.policy_name);
  meta.saveProcess({ ...process, policies: [...others, run] });
}

function timerOf(meta: MetaServer, kind: TimerKind, gpid: string) {
  return { cluster: meta.cluster.name, node: meta.node, kind, gpid };
}
