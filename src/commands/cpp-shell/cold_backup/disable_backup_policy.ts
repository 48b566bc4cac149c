import type {
  ConfigurationModifyBackupPolicyRequest,
  ConfigurationModifyBackupPolicyResponse,
} from '../../../rpc/idl/backup.ts';
import { planToModifyPolicy } from '../../dry-run/policy-plan.ts';
import { argh } from '../../grammar/argh.ts';
import { usageBlock } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { demand } from '../shared/demand.ts';
import { askedToChange, changed } from './asked.ts';

const USAGE = 'disable_backup_policy <-p|--policy_name str> [-f|--force]';

export default mirrored<ConfigurationModifyBackupPolicyRequest, ConfigurationModifyBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'disable_backup_policy',
  summary: 'Have a backup policy begin no more backups.',
  usage: USAGE,
  examples: ['disable_backup_policy -p daily'],
  parse(words) {
    const { positional, flags, params } = argh(words);
    const [param = '', ...otherParams] = params.keys();
    const [flag = 'f', ...otherFlags] = flags;
    const isUnderstood =
      positional.length === 0 &&
      ['f', 'force'].includes(flag) &&
      otherFlags.length === 0 &&
      ['p', 'policy_name'].includes(param) &&
      otherParams.length === 0;
    const form = '<-p|--policy_name str> [-f|--force]';
    demand(isUnderstood, USAGE, `invalid command, should be in the form of '${form}'`);
    const policy_name = params.get(param) ?? '';
    demand(policy_name !== '', USAGE, 'invalid command, policy_name should not be empty');
    return { policy_name, is_disable: true, force_disable: flags.size > 0 };
  },
  plan: (ctx, { policy_name }) => planToModifyPolicy(ctx, policy_name, 'disable'),
  run: ({ meta }, request) =>
    askedToChange(
      meta.modifyBackupPolicy(request),
      'disable backup policy',
      'with err',
      `USAGE: ${usageBlock(USAGE)}`,
    ),
  print: (reply) => changed('disable', reply),
});
