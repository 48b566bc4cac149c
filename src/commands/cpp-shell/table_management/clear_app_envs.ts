import type { ConfigurationUpdateAppEnvResponse } from '../../../rpc/idl/table-settings.ts';
import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { framed } from '../shared/hint.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { needTable } from '../shared/operation.ts';
import { flag, readOptions, text } from '../shared/read-options.ts';

const USAGE = 'clear_app_envs [-a|--all] [-p|--prefix str]';

/** The prefix; '' = all. */
type Args = string;

export default mirrored<Args, ConfigurationUpdateAppEnvResponse>({
  dialect: 'cpp-shell',
  name: 'clear_app_envs',
  summary: 'Delete all environment variables of the table in use, or those below a prefix.',
  usage: USAGE,
  examples: ['clear_app_envs -a', 'clear_app_envs -p manual_compact'],
  parse(words, { session }) {
    needTable(session);
    const { all, prefix = '' } = readOptions(USAGE, words, {
      all: flag('a', 'all'),
      prefix: text('p', 'prefix'),
    });
    if (all) return '';
    if (prefix === '') throw misuse(USAGE, 'must specify one of --all and --prefix options\n');
    return prefix;
  },
  confirm: (_, { session }) => session.table,
  plan: (ctx, clear_prefix) => planToUpdateEnvs(ctx, { op: 'APP_ENV_OP_CLEAR', clear_prefix }),
  run: ({ meta, session: { table } }, clear_prefix) =>
    orRefuse(
      callMeta(meta.updateAppEnv({ app_name: table, op: 'APP_ENV_OP_CLEAR', clear_prefix })),
      ({ code }) => ({ err: `clear app envs failed with err = ${code}\n` }),
    ),
  print: ({ hint_message }) => ({ out: `clear app envs succeed\n${framed(hint_message)}` }),
});
