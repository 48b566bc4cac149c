import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { type Update, updateEnvs } from './update.ts';

export default grumbleCommand<Update, Update>({
  name: 'table-env delete',
  aliases: ['table-env del'],
  help: 'delete table environments with specified key or key prefix',
  flags: [{ long: 'prefix', type: 'bool', help: 'to delete with key prefix', default: false }],
  args: [{ name: 'key', help: 'table environment key' }],
  examples: ['table-env delete default_ttl', 'table-env delete --prefix rocksdb.'],
  needsTable: true,
  parse({ flags, args: [key] }) {
    if (flags.get('prefix') === true) return { op: 'APP_ENV_OP_CLEAR', clear_prefix: key! };
    return { op: 'APP_ENV_OP_DEL', keys: [key!] };
  },
  plan: planToUpdateEnvs,
  run: updateEnvs,
  print: () => ({}),
});
