import type {
  ConfigurationModifyBackupPolicyRequest,
  ConfigurationModifyBackupPolicyResponse,
} from '../../../rpc/idl/backup.ts';
import { planToModifyPolicy } from '../../dry-run/policy-plan.ts';
import { mirrored } from '../../mirrored.ts';
import { demand } from '../shared/demand.ts';
import { readOptions, text } from '../shared/read-options.ts';
import { askedToChange, changed } from './asked.ts';

const USAGE = 'enable_backup_policy <-p|--policy_name str>';

export default mirrored<ConfigurationModifyBackupPolicyRequest, ConfigurationModifyBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'enable_backup_policy',
  summary: 'Have a backup policy begin backups again.',
  usage: USAGE,
  examples: ['enable_backup_policy -p daily'],
  parse(words) {
    const { policy = '' } = readOptions(USAGE, words, { policy: text('p', 'policy_name') });
    demand(policy !== '', USAGE, 'empty policy name');
    return { policy_name: policy, is_disable: false };
  },
  plan: (ctx, { policy_name }) => planToModifyPolicy(ctx, policy_name, 'enable'),
  run: ({ meta }, request) => askedToChange(meta.modifyBackupPolicy(request), 'enable backup policy'),
  print: (reply) => changed('enable', reply),
});
