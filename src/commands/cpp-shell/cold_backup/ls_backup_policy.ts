import { printTables } from '../../../output/table-printer.ts';
import type { ConfigurationQueryBackupPolicyResponse } from '../../../rpc/idl/backup.ts';
import { argh, hasFlag } from '../../grammar/argh.ts';
import { mirrored } from '../../mirrored.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { policyTable } from './policy-tables.ts';

export default mirrored<{ readonly json: boolean }, ConfigurationQueryBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'ls_backup_policy',
  summary: 'List the backup policies.',
  usage: 'ls_backup_policy [-j|--json]',
  examples: ['ls_backup_policy', 'ls_backup_policy -j'],
  isLook: true,
  parse: (words) => ({ json: hasFlag(argh(words, { valuesByEqualsOnly: true }), 'j', 'json') }),
  run: ({ meta }) =>
    orRefuse(callMeta(meta.queryBackupPolicy({ policy_names: [], backup_info_count: 0 })), () => ({
      out: 'ls backup policy failed\n',
    })),
  print: ({ policys }, { json }) => ({ out: printTables(policys.map(policyTable), json) }),
});
