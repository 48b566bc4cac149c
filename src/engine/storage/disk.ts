import type { FileStat, FileSystem } from './host.ts';
import { isUnder, within } from './layer.ts';
import { parentOf } from './paths.ts';
import { PART_BYTES } from './sealed-file.ts';

const TEMPORARY = '.tmp';
const NOTHING: ReadonlySet<string> = new Set();
/** Directories that are synced at once without anybody noticing. */
const FEW_DIRECTORIES = 4;
/** Files that are synced one by one before it would pay to do it together. */
const FEW_FILES = 4;
/** To make more of a file durable takes longer than others should wait. */
export const SYNCED_AT_ONCE_BYTES = 4 * 1024 * 1024;

/**
 * The files of one workspace directory, by relative path.
 *
 * Changes are staged (`stage`, `append`) and then published together, so that all contents are durable before the
 * first name changes, and each directory is synced once. Where one of these fails, what was staged is taken away again.
 */
export class Disk {
  readonly #fs: FileSystem;
  readonly #root: string;
  /** What is to replace a file, and is not all written yet: bytes of it that no sync has seen. */
  readonly #drafts = new Map<string, number>();
  readonly #staged: string[] = [];
  readonly #appended: string[] = [];
  readonly #unsyncedDirectories = new Set<string>();
  readonly #knownDirectories = new Set<string>(['']);

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  absolute(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }

  stat(path: string): FileStat | undefined {
    return this.#fs.stat(this.absolute(path));
  }

  /** Names without those of temporary files. */
  list(path: string): string[] {
    return this.#fs.list(this.absolute(path)).filter((name) => !name.endsWith(TEMPORARY));
  }

  /** The file, or its bytes from `start` up to `end`. */
  read(path: string, start?: number, end?: number): Uint8Array | undefined {
    return this.#orDiscard(() => this.#fs.read(this.absolute(path), start, end));
  }

  /** The file, read a part at a time. */
  *reading(path: string): Generator<void, Uint8Array | undefined> {
    const length = this.stat(path)?.size ?? 0;
    if (length <= PART_BYTES) return this.read(path);
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let at = 0; at < length; at += PART_BYTES) {
      bytes.set(this.read(path, at, at + PART_BYTES)!, at);
      yield;
    }
    return bytes;
  }

  makeRoot(): void {
    const missing: string[] = [];
    for (let path = this.#root; path !== '' && this.#fs.stat(path) === undefined; path = parentOf(path))
      missing.push(path);
    if (missing.length === 0) return;
    this.#fs.makeDirectory(this.#root);
    for (const path of missing) this.#fs.syncDirectory(parentOf(path) || '/');
  }

  /** Prepares the replacement of a file. */
  stage(path: string, contents: string | Uint8Array): void {
    this.draft(path, 0, typeof contents === 'string' ? Buffer.from(contents) : contents);
    this.stageDraft(path);
  }

  /** Writes, at `offset`, a part of what is to replace a file. */
  draft(path: string, offset: number, bytes: Uint8Array): void {
    const temporary = this.absolute(path) + TEMPORARY;
    this.#orDiscard(() => {
      this.#ensureDirectory(parentOf(path));
      const unsynced = (this.#drafts.get(path) ?? 0) + bytes.length;
      this.#drafts.set(path, unsynced);
      this.#fs.write(temporary, offset, bytes);
      if (offset === 0 || unsynced < SYNCED_AT_ONCE_BYTES) return;
      this.#fs.sync(temporary);
      this.#drafts.set(path, 0);
    });
  }

  /** All of it is written: it is there with `publish`. */
  stageDraft(path: string): void {
    this.#drafts.delete(path);
    this.#staged.push(path);
  }

  /** Takes away what nobody goes on with. */
  discardDraft(path: string): void {
    if (this.#drafts.delete(path)) this.#fs.remove(this.absolute(path) + TEMPORARY);
  }

  /**
   * Writes at `offset`, which is the file's end unless an earlier try got further.
   *
   * @param isEnd false where it need not be published before the same file is appended to once more
   */
  append(path: string, offset: number, bytes: Uint8Array, isEnd: boolean): void {
    const directory = parentOf(path);
    this.#orDiscard(() => {
      this.#ensureDirectory(directory);
      if (offset === 0) this.#unsyncedDirectories.add(directory);
      this.#fs.write(this.absolute(path), offset, bytes);
    });
    if (isEnd) this.#appended.push(path);
  }

  /** Makes the contents of what was staged and appended durable, then gives staged files their names. */
  publish(): void {
    this.#orDiscard(() => {
      for (const path of this.#unpublished()) this.#fs.sync(path);
    });
    this.#nameStaged();
  }

  /** Makes the names of published files, and removals, durable. */
  syncDirectories(): void {
    if (this.#unsyncedDirectories.size === 0) return;
    for (const directory of this.#unsyncedDirectories) this.#fs.syncDirectory(this.absolute(directory));
    this.#unsyncedDirectories.clear();
  }

  /** Whether it is worth it to publish what was staged and appended together. */
  get isMuchUnpublished(): boolean {
    return this.#fs.syncTogether !== undefined && this.#staged.length + this.#appended.length > FEW_FILES;
  }

  /** `publish` and `syncDirectories`, of all together. */
  async publishing(): Promise<void> {
    try {
      await this.#fs.syncTogether?.(this.#unpublished());
    } catch (error) {
      this.#discard();
      throw error;
    }
    this.#nameStaged();
    await this.#fs.syncDirectoriesTogether?.(
      [...this.#unsyncedDirectories].map((path) => this.absolute(path)),
    );
    this.#unsyncedDirectories.clear();
  }

  /** Absolute paths. */
  #unpublished(): string[] {
    const staged = this.#staged.map((path) => this.absolute(path) + TEMPORARY);
    return [...staged, ...this.#appended.map((path) => this.absolute(path))];
  }

  #nameStaged(): void {
    this.#orDiscard(() => {
      for (const path of this.#staged) {
        this.#fs.rename(this.absolute(path) + TEMPORARY, this.absolute(path));
        this.#unsyncedDirectories.add(parentOf(path));
      }
    });
    this.#staged.length = 0;
    this.#appended.length = 0;
  }

  /** Whether `syncDirectories` has to sync many. */
  get hasManyDirectories(): boolean {
    return this.#unsyncedDirectories.size > FEW_DIRECTORIES;
  }

  /** Syncs some of the directories that `syncDirectories` would. */
  syncSomeDirectories(): void {
    for (const directory of [...this.#unsyncedDirectories].slice(0, FEW_DIRECTORIES)) {
      this.#fs.syncDirectory(this.absolute(directory));
      this.#unsyncedDirectories.delete(directory);
    }
  }

  /** A file or tree. Durable with `syncDirectories`. */
  remove(path: string): void {
    for (const _ of this.removing(path, NOTHING));
  }

  /** The same, a file at a time, but for what is kept. Yields how long each was, in bytes. */
  *removing(path: string, kept: ReadonlySet<string>): Generator<number, void> {
    const stat = this.stat(path);
    if (stat === undefined || kept.has(path)) return;
    const names = stat.directory ? this.#fs.list(this.absolute(path)) : [];
    for (const name of names) yield* this.removing(`${path}/${name}`, kept);
    if (stat.directory && this.#fs.list(this.absolute(path)).length > 0) return;
    this.#fs.remove(this.absolute(path));
    this.#knownDirectories.delete(path);
    this.#unsyncedDirectories.delete(path);
    this.#unsyncedDirectories.add(parentOf(path));
    yield stat.size;
  }

  /** Removes files that were published. Directories that were made for them stay, and are taken for durable: so they are. */
  takeBack(paths: Iterable<string>): void {
    for (const path of paths) this.remove(path);
    this.syncDirectories();
  }

  /**
   * Puts in order what a process left that died, or whose disk failed it: removes what it had only staged, and makes
   * durable which names there are, since it may not have come to that.
   *
   * @param copies the directory of copies, each of which is durable before anything refers to it: no names are synced there
   */
  settle(copies: string, directory = ''): void {
    for (const name of this.#fs.list(this.absolute(directory))) {
      const path = within(directory, name);
      if (this.stat(path)?.directory === true) this.settle(copies, path);
      else if (name.endsWith(TEMPORARY) && !name.startsWith('lock')) this.#fs.remove(this.absolute(path));
    }
    if (directory === copies || !isUnder(directory, copies)) this.#fs.syncDirectory(this.absolute(directory));
  }

  /** Another process may have removed directories. */
  forgetDirectories(): void {
    this.#unsyncedDirectories.clear();
    this.#knownDirectories.clear();
    this.#knownDirectories.add('');
  }

  #orDiscard<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  /** Where the disk refuses this too, the lock stays as well, and whoever takes that over removes temporary files. */
  #discard(): void {
    const unpublished = [...this.#drafts.keys(), ...this.#staged];
    this.#drafts.clear();
    this.#staged.length = 0;
    for (const path of unpublished) {
      const temporary = this.absolute(path) + TEMPORARY;
      if (this.#fs.stat(temporary) !== undefined) this.#fs.remove(temporary);
    }
  }

  #ensureDirectory(directory: string): void {
    if (this.#knownDirectories.has(directory)) return;
    if (this.stat(directory) === undefined) {
      this.#ensureDirectory(parentOf(directory));
      this.#fs.makeDirectory(this.absolute(directory));
      this.#unsyncedDirectories.add(parentOf(directory));
    }
    this.#knownDirectories.add(directory);
  }
}
