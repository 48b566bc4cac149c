import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { type Update, updateEnvs } from './update.ts';

export default grumbleCommand<Update, Update>({
  name: 'table-env clear',
  help: 'clear all table environments',
  examples: ['table-env clear'],
  needsTable: true,
  parse: () => ({ op: 'APP_ENV_OP_CLEAR', clear_prefix: '' }),
  confirm: (_, { session }) => session.table,
  plan: planToUpdateEnvs,
  run: updateEnvs,
  print: () => ({}),
});
