import type { Host } from '../../engine/storage/host.ts';
import { Lock } from '../../engine/storage/lock.ts';

/** Where another process serves a workspace, `127.0.0.1:port`; undefined when none does. */
export function servedAt(host: Host, directory: string): string | undefined {
  return new Lock(host, directory).holderEndpoint();
}

/**
 * Waits while another process keeps a workspace. Who waits for the lock itself hears no Ctrl-C at a prompt.
 *
 * @param pause what it throws ends the waiting
 * @throws WorkspaceError when it does not let go
 */
export function untilReleased(
  host: Host,
  directory: string,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  return new Lock(host, directory).untilReleased(pause);
}
