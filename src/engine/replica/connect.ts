import { configSync } from './config-sync.ts';
import type { ReplicaServer } from './replica-server.ts';

/** The first beacon after a start, or to a new leader: the server is alive, and reports what it holds. */
export function connect(server: ReplicaServer): void {
  const { meta } = server.cluster;
  if (meta === undefined) return;
  meta.liveness.beaconArrives(server.node);
  server.saveProcess({ ...server.process, connected: true });
  configSync(server);
  meta.deliver();
}
