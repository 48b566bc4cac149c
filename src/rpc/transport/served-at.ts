import type { Host } from '../../engine/storage/host.ts';
import { Lock } from '../../engine/storage/lock.ts';

/** Where another process serves a workspace, `127.0.0.1:port`; undefined when none does. */
export function servedAt(host: Host, directory: string): string | undefined {
  return new Lock(host, directory).holderEndpoint();
}
