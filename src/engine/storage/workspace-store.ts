import { Applier } from './applier.ts';
import type { Changes } from './changes.ts';
import { Commit } from './commit.ts';
import { Condition } from './condition.ts';
import type { Doc, Log, Store, StoreOptions } from './contract.ts';
import { Disk } from './disk.ts';
import { SNAPSHOTS } from './format.ts';
import { Group } from './group.ts';
import { ImmutableFiles } from './immutable-files.ts';
import { Items } from './items.ts';
import { Journal } from './journal.ts';
import { tornNotice } from './journal-scan.ts';
import { JournalWriter } from './journal-writer.ts';
import { Layer } from './layer.ts';
import { DEFAULT_WAIT_MS, Lock } from './lock.ts';
import { prepareFiles } from './restore-snapshot.ts';
import type { SealedFile } from './sealed-file.ts';
import { checkPath, Tree } from './tree.ts';
import { withoutSyncs } from './without-syncs.ts';

const JOURNAL_LIMIT_BYTES = 4 * 1024 * 1024;
/** Changes that are prepared for a commit without anybody noticing. */
const PREPARED_TOGETHER = 200;
/** What whoever takes the workspace meanwhile may be left to read. */
const SUSPENDED_JOURNAL_LIMIT_BYTES = 256 * 1024;

/**
 * The store over a directory.
 *
 * A change passes three places: the running command's (the tree's pending layer, and the uncommitted part of each
 * document and log), the journal's (the committed layer, and the committed part of each), the files'. What is
 * committed is applied to the files when the journal grows long, and on closing; until then memory is the truth, and
 * whoever takes a suspended workspace reads the journal, as after a crash.
 */
export class WorkspaceStore implements Store {
  readonly notices: string[] = [];
  readonly #disk: Disk;
  readonly #tree: Tree;
  readonly #lock: Lock;
  readonly #journal: Journal;
  readonly #files: ImmutableFiles;
  readonly #applier: Applier;
  readonly #lockWaitMs: number;
  readonly #journalLimitBytes: number;
  readonly #appliesInSteps: boolean;
  readonly #grouped: boolean;
  readonly #items: Items;
  /** Committed, not yet in the journal. */
  readonly #group = new Group();
  readonly #commit: Commit;
  readonly #writer: JournalWriter;
  readonly #condition = new Condition();

  constructor(options: StoreOptions) {
    const { directory, host, durability, survives, lockWaitMs, appliesInSteps = false } = options;
    const fs = survives === 'process' ? withoutSyncs(host.fs) : host.fs;
    this.#disk = new Disk(fs, directory);
    this.#tree = new Tree(this.#disk);
    this.#lock = new Lock(host, directory);
    this.#journal = new Journal(fs, this.#disk);
    this.#files = new ImmutableFiles(
      this.#disk,
      this.#tree,
      this.#condition,
      (path) => this.#tree.isGone(path) && !this.#group.removes(path),
      (work) => this.#write(work),
    );
    this.#items = new Items(this.#disk, this.#tree, this.#condition, () => this.#commit.finish());
    this.#applier = new Applier(this.#disk, this.#tree, this.#journal, this.#items);
    this.#commit = new Commit(this.#tree, this.#items, this.#group, {
      onRemoval: (path) => this.#acceptRemoval(path),
      onFailure: (error) => this.#fail(error),
      onEnd: () => this.#committed(),
    });
    this.#writer = new JournalWriter(this.#disk, this.#journal, this.#group, (changes) =>
      this.#journaled(changes),
    );
    this.#lockWaitMs = lockWaitMs ?? DEFAULT_WAIT_MS;
    this.#journalLimitBytes = options.journalLimitBytes ?? JOURNAL_LIMIT_BYTES;
    this.#appliesInSteps = appliesInSteps;
    this.#grouped = durability === 'group';
    this.#disk.makeRoot();
    this.#enter();
  }

  get hasChanges(): boolean {
    const { removed, files, kept } = this.#tree.pending;
    const { dirtyDocuments, dirtyLogs } = this.#items;
    return dirtyDocuments.size + dirtyLogs.size + removed.size + files.size + kept.size > 0;
  }

  get isDurable(): boolean {
    return this.#group.isEmpty && !this.#writer.isUnderWay;
  }

  get isFull(): boolean {
    if (!this.#appliesInSteps || this.isDurable) return false;
    return this.#writer.isUnderWay || this.#group.isFull || this.#disk.hasManyDirectories;
  }

  get isUsable(): boolean {
    return this.#condition.state === 'open';
  }

  get generation(): number {
    return this.#writer.generation;
  }

  document<T>(path: string): Doc<T> {
    return this.#items.document(path) as Doc<unknown> as Doc<T>;
  }

  log<T>(path: string): Log<T> {
    return this.#items.log(path) as Log<object> as Log<T>;
  }

  puttingFile(
    path: string,
    content: SealedFile | Iterable<string>,
    mayShareSync = false,
  ): Generator<void, number> {
    this.#commit.finish();
    return this.#files.putting(path, content, mayShareSync);
  }

  readingFile(path: string): Generator<void, SealedFile> {
    return this.#files.reading(path);
  }

  exists(path: string): boolean {
    this.#condition.mustBeOpen();
    return this.#tree.exists(path);
  }

  list(dir: string, ending?: string): string[] {
    this.#condition.mustBeOpen();
    return this.#tree.list(dir, ending);
  }

  remove(path: string): void {
    this.#condition.mustBeOpen();
    checkPath(path);
    this.#commit.finish();
    if (this.#tree.remove(path)) this.#items.clear(path);
  }

  prepareCommit(): boolean {
    let left = PREPARED_TOGETHER;
    for (const document of this.#items.dirtyDocuments) {
      left -= document.freezeSome(left);
      if (left === 0) return true;
    }
    return false;
  }

  get isCommitting(): boolean {
    return this.#commit.isUnderWay;
  }

  commit(): void {
    this.#condition.mustBeOpen();
    if (this.#writer.isUnderWay) this.#write(() => this.#writer.finish());
    if (this.#appliesInSteps && this.#commit.isLong) this.#commit.begin();
    else this.#commit.run();
  }

  commitSome(): boolean {
    this.#condition.mustBeOpen();
    this.#commit.step();
    return this.#commit.isUnderWay;
  }

  #committed(): void {
    this.#forgetCommand();
    if (!this.#grouped || (this.#group.length > this.#journalLimitBytes && !this.#appliesInSteps))
      this.sync();
  }

  rollback(): void {
    this.#condition.mustBeOpen();
    this.#commit.finish();
    this.#items.rollback();
    this.#files.rollback();
    this.#forgetCommand();
  }

  prepareSync(): boolean {
    if (this.#commit.isUnderWay) this.#commit.step();
    else if (this.#disk.hasManyDirectories) this.#write(() => this.#disk.syncSomeDirectories());
    else if (!this.#writer.hasSteps) return false;
    else this.#write(() => this.#writer.step());
    return true;
  }

  sync(): void {
    this.#condition.mustBeOpen();
    this.#commit.finish();
    if (this.isDurable) return;
    if (this.hasChanges) throw new Error('sync with uncommitted changes');
    this.#write(() => this.#writer.write());
  }

  #journaled({ logs }: Changes): void {
    if (this.#appliesInSteps) for (const path of logs.keys()) this.#applier.noteLog(this.#items.log(path));
    else if (this.lag > 1) this.#applier.applyAll(this.generation);
  }

  writeAhead(): void {
    this.#condition.mustBeOpen();
    if (this.#group.isEmpty && this.#applier.hasLongLogs) this.#write(() => this.#applier.writeAhead());
  }

  applySome(): boolean {
    this.#condition.mustBeOpen();
    if (!this.#group.isEmpty) throw new Error('applySome before sync');
    if (!this.#applier.isUnderWay && this.lag <= 1) return false;
    this.#write(() => this.#applier.step(this.generation));
    return this.#applier.isUnderWay;
  }

  get lag(): number {
    return this.#applier.waitingBytes / this.#journalLimitBytes;
  }

  announce(control: string): void {
    this.#condition.mustBeOpen();
    this.#lock.announce(control);
  }

  suspend(): void {
    this.#condition.mustBeOpen();
    this.#commit.finish();
    if (this.hasChanges) throw new Error('suspend with uncommitted changes');
    this.sync();
    // A new workspace is known by its files.
    const isNew = this.#applier.applied === 0 && !this.#journal.isEmpty;
    const isLong = this.#journal.length > SUSPENDED_JOURNAL_LIMIT_BYTES;
    if (isNew || isLong) this.#write(() => this.#applier.applyAll(this.generation));
    if (this.#journal.isHeld) this.#write(() => this.#journal.leave());
    this.#lock.release();
    this.#condition.state = 'suspended';
  }

  resume(): boolean {
    if (this.#condition.state !== 'suspended') throw new Error('resume without suspend');
    this.#condition.state = 'open';
    this.#disk.forgetDirectories();
    try {
      return this.#enter();
    } catch (error) {
      this.#condition.state = 'suspended';
      throw error;
    }
  }

  close(): void {
    this.#takeBack();
    const held = this.#condition.state === 'open' || this.#condition.state === 'failed';
    try {
      if (this.#hasToApply()) this.#write(() => this.#applier.applyAll(this.generation));
    } finally {
      this.#condition.state = 'closed';
      this.#journal.close();
      if (held) this.#lock.release();
    }
  }

  async closing(): Promise<void> {
    this.#takeBack();
    try {
      if (this.#hasToApply()) {
        this.#lock.mustHold();
        await this.#applier.applyingAll(this.generation);
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.close();
    }
  }

  /** Who holds the workspace when it is closed applies the journal. */
  #takeBack(): void {
    if (this.#condition.state === 'suspended' && !this.#journal.isEmpty && this.#lock.isFree()) this.resume();
  }

  /** Whether the journal is to be applied, once all that was committed is in it. */
  #hasToApply(): boolean {
    if (this.#condition.state !== 'open') return false;
    this.rollback();
    this.sync();
    return !this.#journal.isEmpty;
  }

  /** Takes the workspace, and brings memory to what other processes made of it. @returns whether they did */
  #enter(): boolean {
    const tookOver = this.#lock.acquire(this.#lockWaitMs);
    try {
      const applied = prepareFiles(this.#disk);
      const isChanged = applied !== this.#applier.applied || this.#journal.isChanged;
      if (isChanged) this.#load(applied);
      if (tookOver) this.#settle();
      return isChanged;
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Nothing may be built upon what is not durable. */
  #settle(): void {
    this.#disk.settle(SNAPSHOTS);
    this.#journal.renew();
    this.#lock.settled();
  }

  #load(applied: number): void {
    // Where this fails, memory has a part of it: it is done again.
    this.#applier.applied = undefined;
    const { records, tornBytes } = this.#journal.read(applied);
    this.#items.unload();
    this.#applier.abandon();
    this.#tree.committed = new Layer();
    this.#writer.generation = applied;
    for (const { sequence, changes } of records) {
      this.#acceptRecord(changes);
      this.#writer.generation = sequence;
    }
    this.#items.verify();
    this.#applier.applied = applied;
    if (tornBytes > 0) this.notices.push(tornNotice(this.#journal.length, tornBytes));
  }

  /** Makes committed in memory what a record of the journal holds. */
  #acceptRecord(changes: Changes): void {
    const { committed } = this.#tree;
    for (const path of changes.removed) this.#acceptRemoval(path);
    for (const [path, keys] of changes.documents) {
      this.#items.document(path).accept(keys);
      committed.created.add(path);
    }
    for (const [path, appended] of changes.logs) {
      this.#items.log(path).accept(appended);
      committed.created.add(path);
    }
    for (const [path, text] of changes.files) committed.putFile(path, text);
    for (const path of changes.kept) committed.kept.add(path);
  }

  #acceptRemoval(path: string): void {
    this.#tree.committed.remove(path);
    this.#applier.noteRemoval(path);
    this.#items.acceptRemoval(path);
  }

  #forgetCommand(): void {
    if (!this.#tree.pending.empty) this.#tree.pending = new Layer();
    this.#items.forgetDirty();
    this.#files.commit();
  }

  /** Whoever was taken for dead, or whose lock somebody removed, must not write below the next holder's hands. */
  #write(write: () => void): void {
    this.#guarded(() => {
      this.#lock.mustHold();
      write();
    });
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    this.#condition.fail(error);
    this.#lock.unsettled();
  }
}
