import { printTables } from '../../../output/table-printer.ts';
import type { ConfigurationQueryBackupPolicyResponse } from '../../../rpc/idl/backup.ts';
import { argh, hasFlag, paramOf } from '../../grammar/argh.ts';
import { mirrored } from '../../mirrored.ts';
import { demand, listed } from '../shared/demand.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { refuseWords, uintOption } from '../shared/options.ts';
import { backupTable, policyTable } from './policy-tables.ts';

const USAGE = 'query_backup_policy <-p|--policy_name p1,p2...> [-b|--backup_info_cnt num] [-j|--json]';
const FORM = '<-p|--policy_name> [-b|--backup_info_cnt] [-j|--json]';

const BACKUPS = 3;

interface Args {
  readonly names: readonly string[];
  readonly count: number;
  readonly json: boolean;
}

export default mirrored<Args, ConfigurationQueryBackupPolicyResponse>({
  dialect: 'cpp-shell',
  name: 'query_backup_policy',
  summary: 'Show backup policies and their last backups.',
  usage: USAGE,
  examples: ['query_backup_policy -p daily', 'query_backup_policy -p daily,weekly -b 10 -j'],
  isLook: true,
  parse(words) {
    const parsed = argh(words);
    demand(parsed.params.size > 0, USAGE, `invalid command, should be in the form of '${FORM}'`);
    const names = listed(paramOf(parsed, 'p', 'policy_name') ?? '');
    if (names.length === 0) {
      const text = "policy_name should be in the form of 'val1,val2,val3' and should not be empty";
      throw refuseWords(USAGE, `invalid command, ${text}`);
    }
    if (new Set(names).size < names.length)
      throw refuseWords(USAGE, 'invalid command, policy_name has duplicate values');
    const count = uintOption(USAGE, paramOf(parsed, 'b', 'backup_info_cnt'), BACKUPS);
    // It is sent as a signed number.
    return { names, count: count | 0, json: hasFlag(parsed, 'j', 'json') };
  },
  run: ({ meta }, { names, count }) =>
    orRefuse(
      callMeta(meta.queryBackupPolicy({ policy_names: [...names], backup_info_count: count })),
      ({ code }) => ({ err: `query backup policy failed, err = ${code}\n` }),
    ),
  print: ({ policys, backup_infos }, { json }) => ({
    out: printTables(
      policys.flatMap((policy, at) => [policyTable(policy), backupTable(policy, backup_infos[at] ?? [])]),
      json,
    ),
  }),
});
