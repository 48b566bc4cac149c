import { sanitize } from '../../output/sanitize.ts';
import type { StartBackupAppRequest, StartBackupAppResponse } from '../../rpc/idl/backup.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';

export default grumbleCommand<StartBackupAppRequest, StartBackupAppResponse>({
  name: 'backup',
  help: 'backup a table',
  usage: 'backup <TABLE_ID> <PROVIDER_TYPE> [SPECIFIC_BACKUP_PATH]',
  args: [
    { name: 'tableID', help: 'the table ID', type: 'int' },
    { name: 'providerType', help: 'the provider type of backup' },
    { name: 'backupPath', help: 'the user specified backup path', default: '' },
  ],
  examples: ['backup 2 local_service'],
  parse: ({ args: [id, provider = '', path] }) => ({
    backup_provider_type: provider,
    app_id: Number(id),
    ...(path === '' ? {} : { backup_path: path }),
  }),
  run: ({ meta }, request) => answered('StartBackupApp', meta.startBackupApp(request)),
  print: ({ hint_message, backup_id = 0 }) => ({
    out: `[hint]: ${sanitize(hint_message)}\nBackupID: ${backup_id}\n`,
  }),
});
