import type {
  ConfigurationModifyBackupPolicyRequest,
  ConfigurationModifyBackupPolicyResponse,
} from '../../../rpc/idl/backup.ts';
import { planToModifyPolicy } from '../../dry-run/policy-plan.ts';
import { mirrored } from '../../mirrored.ts';
import { demand, wholeNumber } from '../shared/demand.ts';
import { readOptions, text, type Valued, valued } from '../shared/read-options.ts';
import { askedToChange, changed } from './asked.ts';
import { demandStartTime, idList } from './policy-options.ts';

const USAGE =
  'modify_backup_policy <-p|--policy_name str> [-a|--add_app 1,2...] [-r|--remove_app 1,2...] ' +
  '[-i|--backup_interval_seconds num] [-c|--backup_history_count num] [-s|--start_time hour:minute]';

export default mirrored<ConfigurationModifyBackupPolicyRequest, ConfigurationModifyBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'modify_backup_policy',
  summary: 'Change the tables and the times of a backup policy.',
  usage: USAGE,
  examples: ['modify_backup_policy -p daily -a 3 -s 03:30', 'modify_backup_policy -p daily -i 172800 -c 5'],
  parse(words) {
    const {
      policy = '',
      added = [],
      removed = [],
      interval = 0,
      count = 0,
      startTime = '',
    } = readOptions(USAGE, words, {
      policy: text('p', 'policy_name'),
      added: idList(USAGE, 'a', 'add_app', (id) => `add invalid app_id(${id}) to policy`),
      removed: idList(USAGE, 'r', 'remove_app', (id) => `remove invalid app_id(${id}) from policy`),
      interval: notNegative('i', 'backup_interval_seconds'),
      count: notNegative('c', 'backup_history_count'),
      startTime: text('s', 'start_time'),
    });
    demand(policy !== '', USAGE, 'empty policy name');
    demandStartTime(USAGE, startTime);
    return {
      policy_name: policy,
      ...(added.length > 0 && { add_appids: [...added] }),
      ...(removed.length > 0 && { removal_appids: [...removed] }),
      ...(interval > 0 && { new_backup_interval_sec: interval }),
      ...(count > 0 && { backup_history_count_to_keep: count }),
      ...(startTime !== '' && { start_time: startTime }),
    };
  },
  plan: (ctx, { policy_name }) => planToModifyPolicy(ctx, policy_name, 'change'),
  run: ({ meta }, request) => askedToChange(meta.modifyBackupPolicy(request), 'modify backup policy'),
  print: (reply) => changed('Modify', reply),
});

function notNegative(letter: string, long: string): Valued<number> {
  return valued(letter, long, (word) => {
    const value = wholeNumber(USAGE, word);
    demand(value >= 0, USAGE, `invalid ${long}(${value})`);
    return value;
  });
}
