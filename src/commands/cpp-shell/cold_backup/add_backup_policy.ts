import { sanitize } from '../../../output/sanitize.ts';
import type {
  ConfigurationAddBackupPolicyRequest,
  ConfigurationAddBackupPolicyResponse,
} from '../../../rpc/idl/backup.ts';
import { mirrored } from '../../mirrored.ts';
import { demand } from '../shared/demand.ts';
import { readOptions, text, valued } from '../shared/read-options.ts';
import { askedToChange } from './asked.ts';
import { demandStartTime, idList, leading } from './policy-options.ts';

const USAGE =
  'add_backup_policy <-p|--policy_name str> <-b|--backup_provider_type str> <-a|--app_ids 1,2...> ' +
  '<-i|--backup_interval_seconds num> <-s|--start_time hour:minute> <-c|--backup_history_cnt num>';

export default mirrored<ConfigurationAddBackupPolicyRequest, ConfigurationAddBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'add_backup_policy',
  summary: 'Have tables backed up again and again.',
  usage: USAGE,
  examples: ['add_backup_policy -p daily -b local_service -a 1,2 -i 86400 -s 02:00 -c 3'],
  parse(words) {
    const {
      policy = '',
      provider = '',
      apps = [],
      interval = 0,
      startTime = '',
      count = 0,
    } = readOptions(USAGE, words, {
      policy: text('p', 'policy_name'),
      provider: text('b', 'backup_provider_type'),
      apps: idList(USAGE, 'a', 'app_ids', (id) => `invalid app_id, ${id}`, leading),
      interval: valued('i', 'backup_interval_seconds', leading),
      startTime: text('s', 'start_time'),
      count: valued('c', 'backup_history_cnt', leading),
    });
    demand(policy !== '', USAGE, 'policy_name should not be empty');
    demand(provider !== '', USAGE, 'backup_provider_type should not be empty');
    demandPositive('backup_interval_seconds', interval);
    demandPositive('backup_history_cnt', count);
    demandStartTime(USAGE, startTime);
    return {
      policy_name: policy,
      backup_provider_type: provider,
      app_ids: [...apps],
      backup_interval_seconds: interval,
      backup_history_count_to_keep: count,
      start_time: startTime,
    };
  },
  run: ({ meta }, request) => askedToChange(meta.addBackupPolicy(request), 'add backup policy', 'err'),
  print: (_, { policy_name }) => ({
    out: `add backup policy succeed, policy_name = ${sanitize(policy_name)}\n`,
  }),
});

function demandPositive(name: string, value: number): void {
  demand(value > 0, USAGE, `invalid ${name}: ${value}, should > 0`);
}
