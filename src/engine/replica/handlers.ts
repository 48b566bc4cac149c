import { gpidText } from '../address.ts';
import { type Request, refuse, type Served, SILENCE } from '../request.ts';
import { isReadCode } from './data/read.ts';
import { isWriteCode } from './data/updates.ts';
import { captureKeys } from './hotkey/hotkey-detection.ts';
import { serveRead } from './read.ts';
import { readsFirst } from './read-records.ts';
import type { ReplicaServer } from './replica-server.ts';
import { serveWrite } from './write.ts';

/** A data request that reaches a replica server. */
export function serveData(server: ReplicaServer, request: Request): Served {
  const { code } = request;
  const read = isReadCode(code) ? code : undefined;
  if (read === undefined && !isWriteCode(code)) return refuse('ERR_HANDLER_NOT_FOUND');
  if (server.setting('replication.deny_client_on_start')) return SILENCE;
  const replica = server.find(gpidText(request.gpid));
  if (replica === undefined) return refuse('ERR_OBJECT_NOT_FOUND');
  if (request.hasWaited !== true) replica.requests.add(request.partOf ?? code);
  if (readsFirst(replica, request)) return { err: 'postponed', waitedUs: 0 };
  const served = read === undefined ? serveWrite(replica, request) : serveRead(replica, read, request);
  if (replica.ram.hotkeys !== undefined && served.err === 'ERR_OK' && 'reply' in served)
    captureKeys(replica, request, served.reply);
  return served;
}
