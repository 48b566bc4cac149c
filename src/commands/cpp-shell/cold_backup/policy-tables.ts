import { columns, type MultiColumn, type SingleColumn } from '../../../output/table-printer.ts';
import type { BackupEntry, PolicyEntry } from '../../../rpc/idl/backup.ts';
import { dateTime } from '../../../rpc/idl/time.ts';

/** What there is to say of a policy. */
export function policyTable(entry: PolicyEntry): SingleColumn {
  return {
    name: entry.policy_name,
    pairs: [
      ['backup_provider_type', entry.backup_provider_type],
      ['backup_interval', `${entry.backup_interval_seconds}s`],
      ['app_ids', idsText(entry.app_ids)],
      ['start_time', entry.start_time],
      ['status', entry.is_disable ? 'disabled' : 'enabled'],
      ['backup_history_count', entry.backup_history_count_to_keep],
    ],
  };
}

/** Its backups. */
export function backupTable({ policy_name }: PolicyEntry, backups: readonly BackupEntry[]): MultiColumn {
  return {
    name: `${policy_name}_backup_info`,
    columns: columns(['id', 'start_time', 'end_time', 'app_ids']),
    rows: backups.map((backup) => [
      backup.backup_id,
      dateTime(backup.start_time_ms),
      backup.end_time_ms === 0 ? '-' : dateTime(backup.end_time_ms),
      idsText(backup.app_ids),
    ]),
  };
}

function idsText(ids: ReadonlySet<number>): string {
  return `{${[...ids].sort((a, b) => a - b).join(', ')}}`;
}
