/** `/meta/*` (`src/meta/meta_http_service.cpp`). */

import type { PolicyEntry } from '../../rpc/idl/backup.ts';
import type { DuplicationQueryResponse } from '../../rpc/idl/duplication.ts';
import { duplicationsPieces } from '../../rpc/idl/duplication-text.ts';
import { queryPolicies } from '../backup/policies.ts';
import { clusterInfo } from '../meta/cluster-info.ts';
import { queryDuplication } from '../meta/duplication-query.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { LongReply } from '../request.ts';
import { asPart, type Steps } from '../steps.ts';
import { app, apps } from './app-tables.ts';
import { listEnvs } from './env-list.ts';
import { nodes } from './node-tables.ts';
import { type HttpReply, type HttpRequest, ok, type Pieces, type Route, type Routes } from './route.ts';
import { bulkLoadQuery, bulkLoadStart, setUsageScenario, startCompaction } from './table-changes.ts';
import { pairsJson, type Table, tablesJson } from './tables.ts';

export const META_ROUTES: Routes = {
  'envs/list': { help: 'List all available table environments.', handle: listEnvs },
  'meta/app': leading('name=<app_name>[&detail]. Query app info.', app, ['name', 'detail']),
  'meta/app/duplication': leading('name=<app_name>. Query app duplication info.', duplications),
  'meta/app/query_bulk_load': leading('name=<app_name>. Query app bulk load info.', bulkLoadQuery),
  'meta/app/start_bulk_load': leading(
    'A JSON format of start_bulk_load_request structure. Start bulk load on an app.',
    bulkLoadStart,
  ),
  'meta/app/start_compaction': leading(
    'A JSON format of manual_compaction_info structure. Start compaction for an app.',
    startCompaction,
  ),
  'meta/app/usage_scenario': leading(
    'A JSON format of usage_scenario_info structure. Update usage scenario of an app.',
    setUsageScenario,
  ),
  'meta/app_envs': leading('name=<app_name>. Query app environments.', appEnvs),
  'meta/apps': leading('[detail]. List all apps in the cluster.', apps, ['detail']),
  'meta/backup_policy': leading(
    'name=<app_name1>&name=<app_name2>. Query backup policy by policy names.',
    backupPolicies,
  ),
  'meta/cluster': leading('Query the cluster info.', cluster),
  'meta/nodes': leading('[detail]. Query the replica servers info.', nodes, ['detail']),
};

type Handler = (meta: MetaServer, request: HttpRequest) => HttpReply;

function leading(help: string, handle: Handler, takes?: readonly string[]): Route {
  return {
    help,
    needsLeader: true,
    ...(takes === undefined ? {} : { takes }),
    handle: (request) => {
      const { meta } = request.cluster;
      return meta === undefined ? { status: 500, body: '' } : handle(meta, request);
    },
  };
}

function cluster(meta: MetaServer, { outward }: HttpRequest): HttpReply {
  const { keys, values } = clusterInfo(meta);
  const pairs = keys.map((key, at) => [key, outward(values[at]!)] as const);
  return ok(pairsJson(pairs.filter(([key]) => key !== 'cluster_name')));
}

function appEnvs(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const name = args.get('name') ?? '';
  if (name === '') return { status: 400, body: "app name shouldn't be empty" };
  const envs = Object.entries(meta.tree.appNamed(name)?.envs ?? {});
  return ok(pairsJson(envs.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function duplications(meta: MetaServer, { args }: HttpRequest): HttpReply {
  if (!meta.setting('replication.duplication_enabled'))
    return { status: 404, body: 'duplication is not enabled [FLAGS_duplication_enabled=false]' };
  const app_name = args.get('name');
  if (app_name === undefined) return { status: 400, body: 'name should not be empty' };
  const reply = queryDuplication(meta, { app_name });
  if (reply instanceof LongReply) return ok(toldOf(reply.steps));
  return { status: reply.err === 'ERR_APP_NOT_EXIST' ? 404 : 500, body: reply.err };
}

function* toldOf(steps: Steps<DuplicationQueryResponse>): Pieces {
  yield* duplicationsPieces(yield* asPart(steps));
}

function backupPolicies(meta: MetaServer, { args }: HttpRequest): HttpReply {
  if (meta.setting('meta_server.cold_backup_disabled')) return { status: 404, body: 'cold_backup_disabled' };
  if ([...args.keys()].some((key) => key !== 'name')) return { status: 400, body: 'Invalid parameter' };
  const { policys } = queryPolicies(meta, { policy_names: [...args.values()], backup_info_count: 0 });
  return ok(tablesJson([policyTable(policys)]));
}

function policyTable(policies: readonly PolicyEntry[]): Table {
  return {
    name: '',
    titles: [
      'name',
      'backup_provider_type',
      'backup_interval',
      'app_ids',
      'start_time',
      'status',
      'backup_history_count',
    ],
    rows: policies.map((policy) => [
      policy.policy_name,
      policy.backup_provider_type,
      policy.backup_interval_seconds,
      JSON.stringify([...policy.app_ids]),
      policy.start_time,
      policy.is_disable ? 'disabled' : 'enabled',
      policy.backup_history_count_to_keep,
    ]),
  };
}
