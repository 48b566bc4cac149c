import type { Gpid } from '../../rpc/idl/schema.ts';
import { gpidText } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import { isReadCode } from './data/read.ts';
import { isWriteCode } from './data/updates.ts';
import { serveRead } from './read.ts';
import { type Served, serveWrite } from './write.ts';

/** A data request that reaches a replica server; one that does not run answers nothing. */
export function serveData(
  cluster: Cluster,
  node: string,
  gpid: Gpid,
  code: string,
  request: unknown,
): Served {
  const server = cluster.replicaServer(node);
  if (server === undefined) return { err: 'ERR_NETWORK_FAILURE', waitedUs: 0 };
  if (!isReadCode(code) && !isWriteCode(code)) return { err: 'ERR_HANDLER_NOT_FOUND', waitedUs: 0 };
  const replica = server.find(gpidText(gpid));
  if (replica === undefined) return { err: 'ERR_OBJECT_NOT_FOUND', waitedUs: 0 };
  return isReadCode(code) ? serveRead(replica, code, request) : serveWrite(replica, { code, request });
}
