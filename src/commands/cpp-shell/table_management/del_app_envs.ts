import type { ConfigurationUpdateAppEnvResponse } from '../../../rpc/idl/table-settings.ts';
import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { framed } from '../shared/hint.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { needTable } from '../shared/operation.ts';

const USAGE = 'del_app_envs <key> [key...]';

export default mirrored<string[], ConfigurationUpdateAppEnvResponse>({
  dialect: 'cpp-shell',
  name: 'del_app_envs',
  summary: 'Delete environment variables of the table in use.',
  usage: USAGE,
  examples: ['del_app_envs default_ttl'],
  parse(words, { session }) {
    needTable(session);
    if (words.length === 0) throw misuse(USAGE);
    return [...words];
  },
  plan: (ctx, keys) => planToUpdateEnvs(ctx, { op: 'APP_ENV_OP_DEL', keys }),
  run: ({ meta, session: { table } }, keys) =>
    orRefuse(callMeta(meta.updateAppEnv({ app_name: table, op: 'APP_ENV_OP_DEL', keys })), ({ code }) => ({
      err: `del app env failed with err = ${code}\n`,
    })),
  print: ({ hint_message }) => ({ out: `del app envs succeed\n${framed(hint_message)}` }),
});
