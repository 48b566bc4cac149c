import { ClusterError } from '../errors.ts';
import type { ControlClient } from '../rpc/client/control.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';
import { type Check, failed, type Plan, type Side } from './preflight-check.ts';
import { CLUSTER_CHECKS } from './preflight-clusters.ts';
import { TABLE_CHECKS } from './preflight-tables.ts';

/** Reads what the checks compare. @throws ClusterError when there is no such cluster */
export async function readSide(control: ControlClient, meta: MetaClient, name: string): Promise<Side> {
  const { clusters } = await control.listClusters({});
  const cluster = clusters.find((one) => one.name === name);
  if (cluster === undefined)
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no cluster '${name}'`, 'pegsh cluster list');
  const { rows } = await control.getConfig({ name });
  const { nodes } = await control.listNodes({ name });
  const { faults } = await control.listFaults({});
  const hasMeta = nodes.some((node) => node.role === 'meta' && node.state === 'running');
  const known = hasMeta ? await readMeta(meta) : { tables: [], duplications: new Map(), level: '' };
  return { cluster, config: new Map(rows.map((row) => [row.key, row])), nodes, faults, ...known };
}

async function readMeta(meta: MetaClient) {
  const { infos: tables } = await meta.listApps({ status: 'AS_AVAILABLE' });
  const { old_level: level } = await meta.controlMeta({ level: 'fl_invalid' });
  const { app_states } = await meta.listDuplication({ app_name_pattern: '', match_type: 'PMT_MATCH_ALL' });
  const entries = [...app_states].map(([name, state]) => [name, [...state.duplications.values()]] as const);
  return { tables, level, duplications: new Map(entries) };
}

/** What must agree before a table is duplicated, in the order in which it would go wrong. */
export function preflight(source: Side, remote: Side, plan: Plan): Check[] {
  const clusters = CLUSTER_CHECKS.map((check) => check(source, remote));
  if (plan.table === undefined) return clusters;
  const table = source.tables.find((one) => one.app_name === plan.table);
  if (table === undefined) {
    const consequence = `app ${plan.table} was not found`;
    return [...clusters, failed('source table', 'missing', '-', consequence, `create it, or name another`)];
  }
  return [...clusters, ...TABLE_CHECKS.map((check) => check(source, remote, plan, table))];
}
