import type { Gpid } from '../../rpc/idl/schema.ts';
import { gpidText } from '../address.ts';
import { isReadCode } from './data/read.ts';
import { isWriteCode } from './data/updates.ts';
import { serveRead } from './read.ts';
import type { ReplicaServer } from './replica-server.ts';
import { type Served, serveWrite } from './write.ts';

/** A data request that reaches a replica server. */
export function serveData(server: ReplicaServer, gpid: Gpid, code: string, request: unknown): Served {
  if (!isReadCode(code) && !isWriteCode(code)) return { err: 'ERR_HANDLER_NOT_FOUND', waitedUs: 0 };
  const replica = server.find(gpidText(gpid));
  if (replica === undefined) return { err: 'ERR_OBJECT_NOT_FOUND', waitedUs: 0 };
  return isReadCode(code) ? serveRead(replica, code, request) : serveWrite(replica, { code, request });
}
