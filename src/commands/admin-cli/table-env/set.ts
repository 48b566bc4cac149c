import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { type Update, updateEnvs } from './update.ts';

export default grumbleCommand<Update, Update>({
  name: 'table-env set',
  help: 'set an environment with key and value',
  args: [
    { name: 'key', help: 'table environment key' },
    { name: 'value', help: 'table environment value' },
  ],
  examples: ['table-env set default_ttl 86400'],
  needsTable: true,
  parse: ({ args: [key, value] }) => ({ op: 'APP_ENV_OP_SET', keys: [key!], values: [value!] }),
  plan: planToUpdateEnvs,
  run: updateEnvs,
  print: () => ({}),
});
