/** What a table and its follower-to-be must agree in. */
import type { DuplicationEntry } from '../rpc/idl/duplication.ts';
import type { AppInfo } from '../rpc/idl/layer2.ts';
import {
  type Check,
  countRunning,
  failed,
  type Plan,
  passed,
  type Side,
  settingOf,
} from './preflight-check.ts';

type TableCheck = (source: Side, remote: Side, plan: Plan, table: AppInfo) => Check;

export const TABLE_CHECKS: readonly TableCheck[] = [
  existing,
  rivals,
  remoteTable,
  replicas,
  envs,
  effectiveEnvs,
];

function existing(source: Side, remote: Side, _plan: Plan, table: AppInfo): Check {
  const known = duplicationTo(source, remote, table);
  if (known === undefined) return passed('duplications', 'none to it', '-');
  const here = `${known.dupid}, ${known.status}`;
  const action = `pegsh -C ${source.cluster.name} dup diagnose ${table.app_name}`;
  return failed('duplications', here, '-', 'there is one already: ERR_DUP_EXIST', action);
}

function duplicationTo(source: Side, remote: Side, table: AppInfo): DuplicationEntry | undefined {
  const entries = source.duplications.get(table.app_name);
  return entries?.find((entry) => entry.remote === remote.cluster.name);
}

function rivals(source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const target = (name: string) =>
    source.duplications
      .get(name)
      ?.some((entry) => entry.remote === remote.cluster.name && entry.remote_app_name === plan.remoteTable);
  const rival = [...source.duplications.keys()].find((name) => name !== table.app_name && target(name));
  if (rival === undefined) return passed('other sources', 'none', '-');
  const consequence = `refused: another app(${rival}) is also duplicated to the same remote app`;
  return failed('other sources', rival, '-', consequence, 'choose another name with -a');
}

function remoteTable(source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const there = remote.tables.find((one) => one.app_name === plan.remoteTable);
  const here = `${table.app_name}, ${table.partition_count} partitions`;
  const own = duplicationTo(source, remote, table)?.remote_app_name;
  if (there !== undefined && own === plan.remoteTable)
    return passed('remote table', here, `its follower, ${there.partition_count} partitions`);
  if (plan.isFull) {
    if (there === undefined) return passed('remote table', here, 'free');
    const master = there.envs.get('duplication.master_cluster');
    const origin =
      master === source.cluster.name ? 'left over from an earlier duplication' : 'another table of that name';
    const action = `drop it on ${remote.cluster.name}, or choose another name with -a`;
    return failed('remote table', here, origin, 'stuck in DS_PREPARE: create_err=ERR_APP_EXIST', action);
  }
  if (there === undefined) {
    const consequence = 'everything written is held back: there is no table to take it';
    const action = `create it on ${remote.cluster.name}, or duplicate in full: -s`;
    return failed('remote table', here, 'missing', consequence, action);
  }
  const text = `${there.partition_count} partitions`;
  if (there.partition_count === table.partition_count) return passed('remote table', here, text);
  const action = `make it with ${table.partition_count} partitions`;
  const consequence =
    'partition counts must be equal: records come to partitions where nobody looks for them';
  return failed('remote table', here, text, consequence, action);
}

function replicas(_source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const wanted = plan.remoteReplicas || table.max_replica_count;
  const alive = countRunning(remote, 'replica');
  const [least, most] = ['min', 'max'].map((end) =>
    Number(settingOf(remote, `meta_server.${end}_allowed_replica_count`)),
  ) as [number, number];
  const here = `${wanted} wanted`;
  const there = `${alive} servers running, ${least} to ${most} allowed`;
  if (!plan.isFull || (wanted <= alive && wanted >= least && wanted <= most))
    return passed('remote replica count', here, there);
  const possible = Math.min(alive, most);
  const action = `choose ${least} to ${possible} with -r, or start more servers on ${remote.cluster.name}`;
  const consequence = 'stuck in DS_PREPARE: create_err=ERR_INVALID_PARAMETERS';
  return failed('remote replica count', here, there, consequence, action);
}

/** A follower's own envs would point the new follower at the wrong master (D6). */
function envs(source: Side, _remote: Side, plan: Plan, table: AppInfo): Check {
  const master = table.envs.get('duplication.master_cluster');
  if (!plan.isFull || master === undefined) return passed('envs of the source', 'no duplication.* envs', '-');
  const { name } = source.cluster;
  const keys = [...table.envs.keys()].filter((key) => key.startsWith('duplication.')).join(' ');
  const action = `pegsh -C ${name} -c 'use ${table.app_name}; del_app_envs ${keys}' first`;
  const consequence = `the follower copies from ${master}, not from ${name}`;
  return failed('envs of the source', `follower of ${master}`, '-', consequence, action);
}

/** Envs that change what is kept or taken; they go along once, and are not kept equal later. */
const EFFECTIVE = [
  'default_ttl',
  'user_specified_compaction',
  'replica.deny_client_request',
  'replica.write_throttling',
];

function effectiveEnvs(_source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const there = plan.isFull ? table : remote.tables.find((one) => one.app_name === plan.remoteTable);
  const textOf = (app: AppInfo | undefined) =>
    EFFECTIVE.flatMap((key) => (app?.envs.has(key) === true ? `${key}=${app.envs.get(key)}` : [])).join(
      ' ',
    ) || 'none';
  const [here, theirs] = [textOf(table), textOf(there)];
  if (here === theirs || there === undefined) return passed('envs that change data', here, theirs);
  const consequence = 'the tables will differ: records expire, are dropped, or are refused on one side only';
  return failed(
    'envs that change data',
    here,
    theirs,
    consequence,
    `set them alike on ${remote.cluster.name}`,
  );
}
