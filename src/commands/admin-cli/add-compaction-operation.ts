import * as v from 'valibot';
import { UsageError } from '../../errors.ts';
import { goCompactJson } from '../../output/json.ts';
import {
  COMPACTION_ENV,
  COMPACTION_SCHEMA,
  type CompactionOperation,
  type CompactionOperations,
} from '../../rpc/idl/compaction.ts';
import type { Context } from '../command.ts';
import { planToUpdateEnvs } from '../dry-run/table-change-plan.ts';
import { type GrumbleResult, numberFlag, textFlag } from '../grammar/grumble.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';
import { type Update, updateEnvs } from './table-env/update.ts';

const TTL_TYPES: Readonly<Record<string, string>> = {
  'from-now': 'UTOT_FROM_NOW',
  'from-current': 'UTOT_FROM_CURRENT',
  timestamp: 'UTOT_TIMESTAMP',
};
const MATCH_TYPES: Readonly<Record<string, string>> = {
  anywhere: 'SMT_MATCH_ANYWHERE',
  prefix: 'SMT_MATCH_PREFIX',
  postfix: 'SMT_MATCH_POSTFIX',
};

/** What compaction is to do to records, behind what it does already (`executor/compaction.go`). */
export default grumbleCommand<CompactionOperation, Update>({
  name: 'add-compaction-operation',
  help: 'add compaction operation and the corresponding rules',
  flags: [
    textFlag('o', 'operation-type', 'operation type, for example: delete/update-ttl'),
    textFlag('u', 'ttl-type', 'update ttl operation type, for example: from-now/from-current/timestamp'),
    numberFlag('uint', 'v', 'time-value', 'time value', 0),
    textFlag(undefined, 'hashkey-pattern', 'hash key pattern'),
    textFlag(
      undefined,
      'hashkey-match',
      "hash key's match type, for example: anywhere/prefix/postfix",
      'anywhere',
    ),
    textFlag(undefined, 'sortkey-pattern', 'sort key pattern'),
    textFlag(
      undefined,
      'sortkey-match',
      "sort key's match type, for example: anywhere/prefix/postfix",
      'anywhere',
    ),
    numberFlag('int64', undefined, 'start-ttl', 'ttl filter, start ttl', -1),
    numberFlag('int64', undefined, 'stop-ttl', 'ttl filter, stop ttl', -1),
  ],
  examples: ['add-compaction-operation -o delete --hashkey-pattern tmp --hashkey-match prefix'],
  needsTable: true,
  parse(parsed) {
    const operation = { ...changeOf(parsed), rules: rulesOf(parsed) };
    if (operation.rules.length === 0) throw new UsageError('no rules specified');
    return operation;
  },
  plan: async (ctx, operation) => planToUpdateEnvs(ctx, await updateWith(ctx, operation)),
  run: async (ctx, operation) => updateEnvs(ctx, await updateWith(ctx, operation)),
  print: () => ({}),
});

function changeOf({ flags }: GrumbleResult): Omit<CompactionOperation, 'rules'> {
  const operation = String(flags.get('operation-type'));
  if (operation === 'delete') return { type: 'COT_DELETE', params: '' };
  if (operation !== 'update-ttl') throw new UsageError(`invalid operation type {${operation}}`);
  const type = TTL_TYPES[String(flags.get('ttl-type'))];
  if (type === undefined) throw new UsageError(`not support the type: ${flags.get('ttl-type')}`);
  return { type: 'COT_UPDATE_TTL', params: goCompactJson({ type, value: flags.get('time-value') }) };
}

function rulesOf(parsed: GrumbleResult): CompactionOperation['rules'] {
  return [...patternRule(parsed, 'hashkey'), ...patternRule(parsed, 'sortkey'), ...ttlRule(parsed)];
}

function patternRule({ flags }: GrumbleResult, key: 'hashkey' | 'sortkey'): CompactionOperation['rules'] {
  const pattern = flags.get(`${key}-pattern`);
  if (pattern === '') return [];
  const match = String(flags.get(`${key}-match`));
  const match_type = MATCH_TYPES[match];
  if (match_type === undefined) throw new UsageError(`invalid match type {${match}}`);
  return [{ type: `FRT_${key.toUpperCase()}_PATTERN`, params: goCompactJson({ pattern, match_type }) }];
}

/** Only a range with both of its ends is a rule; they are 32 bits wide. */
function ttlRule({ flags }: GrumbleResult): CompactionOperation['rules'] {
  const [start, stop] = [Number(flags.get('start-ttl')), Number(flags.get('stop-ttl'))];
  if (start < 0 || stop < 0) return [];
  const params = goCompactJson({ start_ttl: start % 2 ** 32, stop_ttl: stop % 2 ** 32 });
  return [{ type: 'FRT_TTL_RANGE', params }];
}

async function updateWith({ meta, session }: Context, operation: CompactionOperation): Promise<Update> {
  const { infos } = await answered('ListApps', meta.listApps({ status: 'AS_AVAILABLE' }));
  const env = infos.find(({ app_name }) => app_name === session.table)?.envs.get(COMPACTION_ENV);
  const ops = [...operationsOf(env), operation];
  return { op: 'APP_ENV_OP_SET', keys: [COMPACTION_ENV], values: [goCompactJson({ ops })] };
}

/** What cannot be read counts as nothing. */
function operationsOf(env = ''): CompactionOperations['ops'] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), COMPACTION_SCHEMA), env);
  return parsed.success ? parsed.output.ops : [];
}
