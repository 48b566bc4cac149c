import type { ReplicaState } from '../meta/drop-history.ts';
import type { ReplicaServer } from './replica-server.ts';

/** How far a replica has come, open or closed, as its server reports it. */
export function storedState(server: ReplicaServer, appId: number, pidx: number): ReplicaState {
  const gpid = `${appId}.${pidx}`;
  const open = server.find(gpid) ?? server.findClosing(gpid);
  if (open !== undefined) {
    const { ballot, last_committed_decree: committed, last_prepared_decree: prepared } = open.ram;
    return { ballot, committed, prepared };
  }
  const closed = server.closed.get(gpid);
  if (closed !== undefined) return closed;
  const disk = server.diskOf(appId, pidx);
  const logged = disk?.max_plog_decree ?? -1;
  return { ballot: disk?.init_ballot ?? -1, committed: logged, prepared: logged };
}
