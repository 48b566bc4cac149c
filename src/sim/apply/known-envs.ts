import { READS } from '../effects.ts';
import type { DataOperation } from '../operation.ts';
import { type KnownTable, layoutOf, partitionOf, type World } from '../world.ts';

/** The primary that an operation comes to, and what it knows of its table. */
interface Leader {
  readonly id: string;
  readonly envs: ReadonlyMap<string, string>;
}

/** What the primary of a key goes by; a replica that was opened anew knows of no env before its next config sync. */
export async function leaderOf(
  world: World,
  { cluster, appId }: KnownTable,
  hashKey: string,
): Promise<Leader | undefined> {
  const id = `${cluster}/${appId}`;
  if (!world.denied.has(id) && !world.defaultTtls.has(id)) return undefined;
  const { partitions } = (await world.stored(cluster)).find(({ info }) => info.app_id === appId)!;
  const pidx = partitionOf(hashKey, layoutOf(partitions));
  const node = partitions[pidx]?.hp_primary ?? '';
  if (node === '') return undefined;
  const { replicas } = await world.control.showNode({ cluster, node });
  const replica = replicas.find(({ gpid }) => gpid === `${appId}.${pidx}`);
  if (replica?.status !== 'PS_PRIMARY') return undefined;
  return { id: `${node} with ballot ${replica.ballot}`, envs: replica.envs };
}

/** What one primary knew of an env before and after an operation; undefined where it was not the same one, or not the same. */
export function steadyEnv(
  before: Leader | undefined,
  after: Leader | undefined,
  key: string,
): string | undefined {
  const value = before?.envs.get(key);
  return before?.id === after?.id && after?.envs.get(key) === value ? value : undefined;
}

/** Whether this `replica.deny_client_request` is about an operation. */
export function denies(env: string | undefined, { kind }: DataOperation): boolean {
  const [, what] = env?.split('*') ?? [];
  return what === 'all' || what === (READS.has(kind) ? 'read' : 'write');
}
