import { allOf } from '../../src/engine/steps.ts';
import type { FileSystem, Host } from '../../src/engine/storage/host.ts';
import { DOCUMENT_SEAL, seal } from '../../src/engine/storage/seal.ts';
import { openStore, type Store, type StoreOptions } from '../../src/engine/storage/store.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';

export const DIRECTORY = '/workspace';

export interface Counter {
  count: number;
}
export interface Line {
  readonly decree: number;
  readonly text: string;
}

export function hostOn(fs: FileSystem, pid = 1): Host {
  return memoryHost(() => 0, fs, pid);
}

/** Opens a store in the process `pid`; no other one is alive. */
export function open(fs: FileSystem, options: Partial<StoreOptions> & { pid?: number } = {}): Store {
  const { pid, ...rest } = options;
  return openStore({ directory: DIRECTORY, host: hostOn(fs, pid), ...rest });
}

export function counters(store: Store, path = 'counters.json') {
  return store.document<Counter>(path);
}

export function plog(store: Store, path = 'replica/plog.jsonl') {
  return store.log<Line>(path);
}

export function putFile(store: Store, path: string, json: string): void {
  allOf(store.puttingFile(path, [json]));
}

export function readFile(store: Store, path: string): string {
  return allOf(store.readingFile(path)).json;
}

export function textOf(fs: FileSystem, path: string): string | undefined {
  const bytes = fs.read(`${DIRECTORY}/${path}`);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

/** All files below a directory, by path, as latin1 texts so that every byte counts. */
export function dump(fs: FileSystem, directory = DIRECTORY): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of fs.list(directory).sort()) {
    const path = `${directory}/${name}`;
    if (fs.stat(path)?.directory === true) Object.assign(files, dump(fs, path));
    else files[path] = Buffer.from(fs.read(path) ?? new Uint8Array()).toString('latin1');
  }
  return files;
}

export function newDisk(): MemoryFileSystem {
  return new MemoryFileSystem();
}

/** A document's file with these lines. */
export function sealedDocument(...lines: readonly string[]): string {
  return seal(`{\n${lines.map((line) => `${line},\n`).join('')}`, DOCUMENT_SEAL);
}
