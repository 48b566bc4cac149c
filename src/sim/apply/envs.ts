import type { TableOperation } from '../operation.ts';
import { answered, type KnownTable, Violation, type World } from '../world.ts';
import { giveUp } from './duplications.ts';

type EnvOperation = Extract<TableOperation, { readonly kind: 'set_env' | 'del_env' }>;

/** Every server has had its config sync by then. */
const CONFIG_SYNC_MS = 31_000;

/** What keeps clients out, or slows them down. */
const HINDRANCES = ['replica.deny_client_request', 'replica.write_throttling', 'replica.read_throttling'];

/** Sets or deletes an env, and holds the answer against what may be set. */
export async function applyEnv(world: World, operation: EnvOperation): Promise<void> {
  const { cluster, table, key } = operation;
  if (key === 'default_ttl' && !(await mayExpireByDefault(world, operation))) return;
  const known = world.table(cluster, table);
  if (known !== undefined && key === 'replica.deny_client_request') world.denied.add(idOf(known));
  const { meta } = world.of(cluster);
  const isSet = operation.kind === 'set_env';
  const reply = await answered(
    isSet
      ? meta.updateAppEnv({ app_name: table, op: 'APP_ENV_OP_SET', keys: [key], values: [operation.value] })
      : meta.updateAppEnv({ app_name: table, op: 'APP_ENV_OP_DEL', keys: [key] }),
  );
  const isRefused = reply?.err === 'ERR_INVALID_PARAMETERS';
  if (reply !== undefined && isRefused !== (isSet && operation.isRefused === true))
    throw new Violation(
      `${cluster} ${table}: ${key} is to be set to ${isSet ? operation.value : 'nothing'}: ${reply.err}`,
    );
}

/**
 * A compaction gives what has no time to live that of its table, each member at a time of its own. What is duplicated is
 * given the one of the follower.
 */
async function mayExpireByDefault(world: World, operation: EnvOperation): Promise<boolean> {
  const { cluster, table } = operation;
  const known = world.table(cluster, table);
  if (known === undefined || world.compacted.has(idOf(known))) return false;
  giveUp(world, cluster, table);
  world.chained = world.chained.filter(({ origin }) => idOf(origin) !== idOf(known));
  const isRefused = operation.kind === 'set_env' && operation.isRefused === true;
  const value = operation.kind === 'set_env' && !isRefused ? Number(operation.value) : 0;
  world.defaultTtls.set(idOf(known), new Set([...defaultTtlsOf(world, known), value]));
  return true;
}

/** Seconds after which what is written without a time to live may expire, for one server or another; 0 = never. */
export function defaultTtlsOf(world: World, table: KnownTable): ReadonlySet<number> {
  return world.defaultTtls.get(idOf(table)) ?? new Set([0]);
}

/** Clients are let in again. Returns what was done, as lines of a script. */
export async function letClientsIn(world: World, cluster: string): Promise<string[]> {
  const lines: string[] = [];
  for (const { info } of await world.stored(cluster)) {
    const keys = HINDRANCES.filter((key) => info.envs.has(key));
    if (info.status !== 'AS_AVAILABLE' || keys.length === 0) continue;
    const { app_name } = info;
    await answered(world.of(cluster).meta.updateAppEnv({ app_name, op: 'APP_ENV_OP_DEL', keys }));
    lines.push(`use ${app_name}`, `del_app_envs ${keys.join()}`);
  }
  if (lines.length > 0) await world.sleep(CONFIG_SYNC_MS);
  return lines.length === 0 ? [] : [`cluster use ${cluster}`, ...lines];
}

function idOf({ cluster, appId }: KnownTable): string {
  return `${cluster}/${appId}`;
}
