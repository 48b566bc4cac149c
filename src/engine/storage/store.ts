import type { Store, StoreOptions } from './contract.ts';
import { WorkspaceStore } from './workspace-store.ts';

export type { Doc, Log, PlainKeys, Store, StoreOptions } from './contract.ts';
export { LogLine } from './log-line.ts';
export { SealedFile } from './sealed-file.ts';

/**
 * Opens the workspace in `directory`, or makes one where there is nothing.
 *
 * @throws WorkspaceError when it is locked, damaged, or of a newer version
 */
export function openStore(options: StoreOptions): Store {
  return new WorkspaceStore(options);
}
