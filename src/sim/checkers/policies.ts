import type { BackupEntry, PolicyEntry } from '../../rpc/idl/backup.ts';

/** A backup policy as it is told of, and its backups, oldest first. */
export interface PolicyView {
  readonly policy: PolicyEntry;
  readonly backups: readonly BackupEntry[];
}

/** It looks every five minutes whether it is time; a backup of small tables takes less than that. */
const PATIENCE_MS = 15 * 60_000;

/** What must hold of a policy's backups at any time, where neither its interval nor its time of day was ever changed. */
export function checkPolicy({ policy, backups }: PolicyView): string[] {
  const { policy_name: name, backup_interval_seconds, start_time } = policy;
  const hour = Number(start_time.split(':')[0]);
  const intervalMs = Number(backup_interval_seconds) * 1000;
  return backups.flatMap(({ backup_id: id, start_time_ms: start, end_time_ms: end }, at) => {
    const where = `backup ${id} of ${name}`;
    const before = backups[at - 1];
    const isRunning = end === 0;
    return [
      ...(id === start ? [] : [`${where} began at ${start}`]),
      ...(isRunning || end >= start ? [] : [`${where} ended at ${end}, before it began`]),
      ...(isRunning && at < backups.length - 1 ? [`${where} is under way, and so is a later one`] : []),
      ...(hour === 24 || new Date(start).getUTCHours() === hour
        ? []
        : [`${where} began at ${start}, not at ${start_time}`]),
      ...(hour === 24 && before !== undefined && start - before.start_time_ms < intervalMs
        ? [`${where} began ${start - before.start_time_ms} ms after the one before`]
        : []),
    ];
  });
}

/** What must hold from one look to the next: one that is disabled begins nothing. */
export function checkPolicyProgress(before: PolicyView, { policy, backups }: PolicyView): string[] {
  const newest = backups.at(-1);
  const isNew =
    newest !== undefined && before.backups.every(({ backup_id }) => backup_id !== newest.backup_id);
  const wasOff = before.policy.is_disable && policy.is_disable;
  return wasOff && isNew ? [`${policy.policy_name} is disabled, and began ${newest.backup_id}`] : [];
}

/**
 * What must hold a while after all has healed, of one that has tables to back up: what is due is done, and no more is kept
 * than is to be.
 *
 * @param mayHang a backup that failed waits for another leader
 */
export function checkPolicyAtRest(
  { policy, backups }: PolicyView,
  nowMs: number,
  mayHang: boolean,
): string[] {
  const { policy_name: name, is_disable, start_time, backup_history_count_to_keep: keep } = policy;
  const complete = backups.filter(({ end_time_ms }) => end_time_ms > 0);
  const newest = backups.at(-1);
  const hangs = newest?.end_time_ms === 0;
  const found: string[] = [];
  if (complete.length > keep) found.push(`${name} keeps ${complete.length} backups of ${keep}`);
  if (is_disable || (hangs && mayHang)) return found;
  if (hangs && nowMs - newest.start_time_ms > PATIENCE_MS)
    found.push(`backup ${newest.backup_id} of ${name} hangs`);
  const dueMs = (newest?.start_time_ms ?? 0) + Number(policy.backup_interval_seconds) * 1000;
  if (start_time === '24:00' && !hangs && nowMs - dueMs > PATIENCE_MS)
    found.push(`${name} is late: was due at ${dueMs}`);
  return found;
}
