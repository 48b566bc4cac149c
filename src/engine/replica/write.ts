import { ownDuplicationId } from '../duplication/own-id.ts';
import type { Request, Served } from '../request.ts';
import { refusalOfWrite } from './gates.ts';
import { commit, takeLateReply } from './group.ts';
import type { Replica } from './replica.ts';

/** A write of a client: the gates in upstream's order, then two-phase commit (`replica_2pc.cpp on_client_write`). */
export function serveWrite(replica: Replica, request: Request): Served {
  const refused = refusalOfWrite(replica, request);
  if (refused !== undefined) return refused;
  if (request.code === 'RPC_RRDB_RRDB_DUPLICATE') ownDuplicationId(replica);
  const { server, gpid } = replica;
  const { replies, decree, waitedUs } = commit(replica, [{ code: request.code, request: request.body }]);
  if (replies !== undefined) return { err: 'ERR_OK', reply: replies[0], waitedUs };
  const late = () => takeLateReply(server, gpid, decree)?.[0];
  return { err: 'ERR_TIMEOUT', waitedUs, late };
}
