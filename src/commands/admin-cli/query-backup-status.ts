import { sanitize } from '../../output/sanitize.ts';
import { tabular } from '../../output/tablewriter.ts';
import type {
  BackupItem,
  QueryBackupStatusRequest,
  QueryBackupStatusResponse,
} from '../../rpc/idl/backup.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';

const HEADER = ['BackupID', 'AppName', 'StartTime', 'EndTime', 'Status', 'BackupProviderType', 'BackupPath'];

export default grumbleCommand<QueryBackupStatusRequest, QueryBackupStatusResponse>({
  name: 'query-backup-status',
  help: 'query backup status',
  usage: 'query-backup-status <TABLE_ID> [BACKUP_ID]',
  args: [
    { name: 'tableID', help: 'the table ID', type: 'int' },
    { name: 'backupID', help: 'the backup ID', type: 'int64', default: '0' },
  ],
  examples: ['query-backup-status 2', 'query-backup-status 2 1700000000123'],
  isLook: true,
  parse: ({ args: [tableId, backupId] }) => ({
    app_id: Number(tableId),
    ...(Number(backupId) === 0 ? {} : { backup_id: Number(backupId) }),
  }),
  run: ({ meta }, request) => answered('QueryBackupStatus', meta.queryBackupStatus(request)),
  print: ({ hint_message, backup_items = [] }) => ({
    out: `[hint]: ${sanitize(hint_message)}\n${tabular(HEADER, backup_items.map(rowOf))}`,
  }),
});

function rowOf(item: BackupItem): string[] {
  const { end_time_ms: end, is_backup_failed: isFailed } = item;
  return [
    `${item.backup_id}`,
    item.app_name,
    goTime(item.start_time_ms),
    end === 0 ? '-' : goTime(end),
    isFailed ? 'failed' : end === 0 ? 'in progress' : 'completed',
    item.backup_provider_type,
    item.backup_path,
  ];
}

/** `2023-11-14 22:13:20 +0000 UTC`. */
function goTime(ms: number): string {
  return `${dateTime(ms)} +0000 UTC`;
}
