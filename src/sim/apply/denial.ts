import { READS } from '../effects.ts';
import type { DataOperation } from '../operation.ts';
import { type KnownTable, layoutOf, partitionOf, type World } from '../world.ts';

/**
 * The primary that a data operation comes to, and its ballot, where it knows that it has to turn it away (the env
 * `replica.deny_client_request`); undefined where it does not, or may not.
 */
export async function whoDenies(
  world: World,
  { cluster, appId }: KnownTable,
  { kind, hashKey }: DataOperation,
): Promise<string | undefined> {
  if (!world.denied.has(`${cluster}/${appId}`)) return undefined;
  const { partitions } = (await world.stored(cluster)).find(({ info }) => info.app_id === appId)!;
  const pidx = partitionOf(hashKey, layoutOf(partitions));
  const node = partitions[pidx]?.hp_primary ?? '';
  if (node === '') return undefined;
  const { replicas } = await world.control.showNode({ cluster, node });
  const replica = replicas.find(({ gpid }) => gpid === `${appId}.${pidx}`);
  const [, what] = replica?.envs.get('replica.deny_client_request')?.split('*') ?? [];
  const isMeant = what === 'all' || what === (READS.has(kind) ? 'read' : 'write');
  return replica?.status === 'PS_PRIMARY' && isMeant ? `${node} with ballot ${replica.ballot}` : undefined;
}
