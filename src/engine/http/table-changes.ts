/** What is done to a table by HTTP: its envs, a bulk load (`src/meta/meta_http_service.cpp`). */
import { inSeconds } from '../clock.ts';
import { queryBulkLoad, startBulkLoad } from '../meta/bulk-load.ts';
import { updateEnvs } from '../meta/envs.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { type HttpReply, type HttpRequest, ok } from './route.ts';
import { pairsJson } from './tables.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `/meta/app/start_compaction`: sets the envs that have a table compacted. */
export function startCompaction(meta: MetaServer, { body }: HttpRequest): HttpReply {
  const typed = fieldsOf(body, {
    app_name: 'string',
    type: 'string',
    target_level: 'number',
    bottommost_level_compaction: 'string',
    max_concurrent_running_count: 'number',
    trigger_time: 'string',
  });
  if (typed === undefined) return wrong('invalid request structure');
  const { app_name, type, target_level: level, bottommost_level_compaction: bottommost } = typed;
  const { max_concurrent_running_count: most, trigger_time: time } = typed;
  if (app_name === '') return wrong('app_name should not be empty');
  if (type !== 'once' && type !== 'periodic') return wrong("type should ony be 'once' or 'periodic'");
  if (Number(level) < -1) return wrong('target_level should be >= -1');
  if (bottommost !== 'skip' && bottommost !== 'force')
    return wrong("bottommost_level_compaction should ony be 'skip' or 'force'");
  if (Number(most) < 0) return wrong('max_running_count should be >= 0');
  if (type === 'periodic' && time === '')
    return wrong('trigger_time should not be empty when type is periodic');
  const now = inSeconds(meta.cluster.universe.now);
  return setEnvs(meta, app_name, {
    [`manual_compact.${type}.target_level`]: level,
    [`manual_compact.${type}.bottommost_level_compaction`]: bottommost,
    [`manual_compact.${type}.trigger_time`]: type === 'once' ? now : time,
    ...(Number(most) > 0 ? { 'manual_compact.max_concurrent_running_count': most } : {}),
  });
}

/** `/meta/app/usage_scenario`. */
export function setUsageScenario(meta: MetaServer, { body }: HttpRequest): HttpReply {
  const typed = fieldsOf(body, { app_name: 'string', scenario: 'string' });
  if (typed === undefined) return wrong('invalid request structure');
  const { app_name, scenario } = typed;
  if (app_name === '') return wrong('app_name should not be empty');
  if (scenario !== 'normal' && scenario !== 'bulk_load')
    return wrong("scenario should ony be 'normal' or 'bulk_load'");
  return setEnvs(meta, app_name, { 'rocksdb.usage_scenario': scenario });
}

/** `/meta/app/start_bulk_load`. */
export function bulkLoadStart(meta: MetaServer, { body }: HttpRequest): HttpReply {
  const names = ['app_name', 'cluster_name', 'file_provider_type', 'remote_root_path'] as const;
  const typed = fieldsOf(body, Object.fromEntries(names.map((name) => [name, 'string'])));
  if (typed === undefined) return wrong('invalid request structure');
  const empty = names.find((name) => typed[name] === '');
  if (empty !== undefined) return wrong(`${empty} should not be empty`);
  const [app_name, cluster_name, file_provider_type, remote_root_path] = names.map((name) =>
    String(typed[name]),
  );
  const { err, hint_msg } = startBulkLoad(meta, {
    app_name: app_name!,
    cluster_name: cluster_name!,
    file_provider_type: file_provider_type!,
    remote_root_path: remote_root_path!,
    ingest_behind: typed.ingest_behind === true,
  });
  const pairs = [
    ['error', err],
    ['hint_msg', hint_msg],
  ] as const;
  return ok(pairsJson(pairs));
}

/** `/meta/app/query_bulk_load`. */
export function bulkLoadQuery(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const app_name = args.get('name');
  if (app_name === undefined) return wrong('name should not be empty');
  const { err, app_status } = queryBulkLoad(meta, { app_name });
  const pairs = [
    ['error', err],
    ['app_status', `replication::bulk_load_status::${app_status}`],
  ] as const;
  return ok(pairsJson(pairs));
}

function setEnvs(meta: MetaServer, appName: unknown, envs: Fields): HttpReply {
  const { err, hint_message } = updateEnvs(meta, {
    app_name: String(appName),
    op: 'APP_ENV_OP_SET',
    keys: Object.keys(envs),
    values: Object.values(envs).map(String),
  });
  const pairs = [
    ['error', err],
    ['hint_message', hint_message],
  ] as const;
  return ok(pairsJson(pairs));
}

/** @returns undefined where the text is no JSON object that has all these fields, of these types */
function fieldsOf(text: string, types: Readonly<Record<string, string>>): Fields | undefined {
  const parsed = parsedJson(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const fields = parsed as Fields;
  return Object.entries(types).every(([name, type]) => typeof fields[name] === type) ? fields : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function wrong(body: string): HttpReply {
  return { status: 400, body };
}
