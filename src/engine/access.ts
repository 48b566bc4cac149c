/** Rights by user (`src/security/meta_access_controller.cpp`, `replica_access_controller.cpp`): the older kind, without Ranger. */
import type { Endpoint } from './network.ts';
import type { Replica } from './replica/replica.ts';

/** What a meta server does for everybody; all else is for superusers. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set([
  'RPC_CM_CLUSTER_INFO',
  'RPC_CM_LIST_APPS',
  'RPC_CM_DDD_DIAGNOSE',
  'RPC_CM_LIST_NODES',
  'RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX',
]);

/** Whether a meta server does a thing for who comes without a name, as everybody does who did not negotiate. */
export function servesAnyone(meta: Endpoint, code: string): boolean {
  return !meta.setting('security.enable_acl') || FOR_EVERYBODY.has(code);
}

/** Servers that have authenticated to each other do it as superusers. */
export function servesServer(from: Endpoint, meta: Endpoint, code: string): boolean {
  return (from.enableAuth && meta.enableAuth) || servesAnyone(meta, code);
}

/** Whether a table is read and written by who comes without a name: one that lists no users is open to all. */
export function isOpenToAnyone({ server, envs }: Replica): boolean {
  if (!server.setting('security.enable_acl')) return true;
  const users = envs['replica_access_controller.allowed_users'] ?? '';
  return users.split(',').every((user) => user.trim() === '');
}
