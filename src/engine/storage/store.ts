import type { Store, StoreOptions } from './contract.ts';
import type { Host } from './host.ts';
import { Lock } from './lock.ts';
import { WorkspaceStore } from './workspace-store.ts';

export type { Doc, Log, Store, StoreOptions } from './contract.ts';

/** Where another process serves the workspace in `directory`, `127.0.0.1:port`; undefined when none does. */
export function servedAt(host: Host, directory: string): string | undefined {
  return new Lock(host, directory).holderEndpoint();
}

/**
 * Opens the workspace in `directory`, or makes one where there is nothing.
 *
 * @throws WorkspaceError when it is locked, damaged, or of a newer version
 */
export function openStore(options: StoreOptions): Store {
  return new WorkspaceStore(options);
}
