/** The env `user_specified_compaction` (`src/server/compaction_operation.cpp`, `compaction_filter_rule.cpp`). */
import * as v from 'valibot';
import { COMPACTION_SCHEMA } from '../../../rpc/idl/compaction.ts';
import { EPOCH_BEGIN } from '../../../rpc/idl/time.ts';
import { contains, endsWith, startsWith } from './filter.ts';

/** A record as a rule looks at it: times are Pegasus seconds. */
export interface Candidate {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly expire: number;
  readonly now: number;
}

/** What becomes of a record: it goes, or lives until another time (0 = for ever). */
export type Fate = 'deleted' | { readonly expire: number };

/** Undefined where the operation does not concern the record. */
export type Operation = (record: Candidate) => Fate | undefined;

type Rule = (record: Candidate) => boolean;

const MATCHES = {
  SMT_MATCH_ANYWHERE: contains,
  SMT_MATCH_PREFIX: startsWith,
  SMT_MATCH_POSTFIX: endsWith,
} as const;

const patternSchema = v.object({
  pattern: v.string(),
  match_type: v.picklist(Object.keys(MATCHES) as (keyof typeof MATCHES)[]),
});
const rangeSchema = v.object({ start_ttl: v.number(), stop_ttl: v.number() });
const ttlSchema = v.object({
  type: v.picklist(['UTOT_FROM_NOW', 'UTOT_FROM_CURRENT', 'UTOT_TIMESTAMP']),
  value: v.number(),
});

/** Operations in their order. What cannot be read is left out, as upstream does; an operation without rules too. */
export function compactionOperations(env: string | undefined): Operation[] {
  const parsed = env === undefined ? undefined : read(COMPACTION_SCHEMA, env);
  return (parsed?.ops ?? []).flatMap(({ type, params, rules }) => {
    const applicable = rules.flatMap((rule) => ruleOf(rule.type, rule.params) ?? []);
    const change = changeOf(type, params);
    if (applicable.length === 0 || change === undefined) return [];
    return [(record: Candidate) => (applicable.every((rule) => rule(record)) ? change(record) : undefined)];
  });
}

function ruleOf(type: string, params: string): Rule | undefined {
  switch (type) {
    case 'FRT_HASHKEY_PATTERN':
      return patternRule(params, ({ hashKey }) => hashKey);
    case 'FRT_SORTKEY_PATTERN':
      return patternRule(params, ({ sortKey }) => sortKey);
    case 'FRT_TTL_RANGE':
      return ttlRule(params);
    default:
      return undefined;
  }
}

/** An empty pattern matches nothing. */
function patternRule(params: string, of: (record: Candidate) => Uint8Array): Rule | undefined {
  const parsed = read(patternSchema, params);
  if (parsed === undefined) return undefined;
  const pattern = Buffer.from(parsed.pattern);
  const matches = MATCHES[parsed.match_type];
  return (record) => pattern.length > 0 && matches(of(record), pattern);
}

/** Seconds left to live; a range from 0 to 0 means records that never expire. */
function ttlRule(params: string): Rule | undefined {
  const parsed = read(rangeSchema, params);
  if (parsed === undefined) return undefined;
  const { start_ttl: start, stop_ttl: stop } = parsed;
  return ({ expire, now }) =>
    (expire === 0 && start === 0 && stop === 0) || (start + now <= expire && stop + now >= expire);
}

function changeOf(type: string, params: string): Operation | undefined {
  if (type === 'COT_DELETE') return () => 'deleted';
  const ttl = type === 'COT_UPDATE_TTL' ? read(ttlSchema, params) : undefined;
  if (ttl === undefined) return undefined;
  const { type: from, value } = ttl;
  if (from === 'UTOT_FROM_NOW') return ({ now }) => ({ expire: now + value });
  if (from === 'UTOT_TIMESTAMP') return () => ({ expire: value - EPOCH_BEGIN });
  return ({ expire }) => (expire === 0 ? undefined : { expire: expire + value });
}

function read<T>(schema: v.GenericSchema<unknown, T>, text: string): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
