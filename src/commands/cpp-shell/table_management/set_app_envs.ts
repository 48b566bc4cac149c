import { UsageError } from '../../../errors.ts';
import { planToUpdateEnvs } from '../../dry-run/table-change-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { needTable } from '../shared/operation.ts';

const USAGE = 'set_app_envs <key> <value> [key value...]';

interface Args {
  readonly keys: string[];
  readonly values: string[];
}

export default mirrored<Args, { app_name: string }>({
  dialect: 'cpp-shell',
  name: 'set_app_envs',
  summary: 'Set environment variables of the table in use.',
  usage: USAGE,
  examples: ['set_app_envs default_ttl 86400', 'set_app_envs replica.slow_query_threshold 30'],
  parse(words, { session }) {
    needTable(session);
    if (words.length < 2) throw misuse(USAGE);
    if (words.length % 2 === 1)
      throw new UsageError(`need speficy the value for key = ${words[words.length - 1]}\n`);
    return {
      keys: words.filter((_, at) => at % 2 === 0),
      values: words.filter((_, at) => at % 2 === 1),
    };
  },
  plan: (ctx, { keys, values }) => planToUpdateEnvs(ctx, { op: 'APP_ENV_OP_SET', keys, values }),
  async run({ meta, session: { table } }, { keys, values }) {
    const request = { app_name: table, op: 'APP_ENV_OP_SET', keys, values } as const;
    await orRefuse(callSync(meta.updateAppEnv(request)), ({ code, message, detail, answered }) => {
      const [error, hint] = answered ? [code, detail] : [message, ''];
      return { err: `set app envs failed with error ${error} [hint:"${hint}"]!\n` };
    });
    return { app_name: table };
  },
  print: () => ({ out: 'set app envs succeed\n' }),
});
