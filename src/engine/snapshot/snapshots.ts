import * as v from 'valibot';
import { UsageError, WorkspaceError } from '../../errors.ts';
import { type ClockRecord, type WorkspaceSettings, workspaceSchema } from '../documents/universe.ts';
import { checkState } from '../fsck/check.ts';
import { attempt, Files } from '../fsck/files.ts';
import { restoreChangedBytes } from '../fsck/repair.ts';
import { Rewriter } from '../fsck/rewrite.ts';
import { Damage } from '../storage/damage.ts';
import { Disk } from '../storage/disk.ts';
import { readFormat, SNAPSHOTS } from '../storage/format.ts';
import type { Host } from '../storage/host.ts';
import { integer } from '../storage/integer.ts';
import { JOURNAL } from '../storage/journal-scan.ts';
import { withLock } from '../storage/lock.ts';
import { copyState, restoreSnapshot } from '../storage/restore-snapshot.ts';
import { sealFile, unsealFile } from '../storage/seal.ts';
import { openStore } from '../storage/store.ts';
import { type Difference, differencesOf } from './differences.ts';

/** The snapshot of what a restored one took the place of. */
const BEFORE_RESTORE = 'before-restore';

const manifestSchema = v.object({
  /** The workspace's own time, in microseconds since 1970. */
  now_us: integer,
  clusters: v.array(v.string()),
  files: integer,
  bytes: integer,
});

export type Snapshot = v.InferOutput<typeof manifestSchema> & { readonly name: string };

/**
 * Copies of a whole workspace, kept in it: `snapshots/<name>/` and, written last, `snapshots/<name>.json`.
 *
 * Every method waits for its turn with the workspace, and throws WorkspaceError when that is damaged.
 */
export class Snapshots {
  readonly #host: Host;
  readonly #directory: string;
  readonly #disk: Disk;

  constructor(host: Host, directory: string) {
    this.#host = host;
    this.#directory = directory;
    this.#disk = new Disk(host.fs, directory);
  }

  /** @throws UsageError when the name is taken, or none */
  save(name: string): Snapshot {
    checkName(name);
    this.#mustExist();
    return this.#atRest(() => {
      if (this.#has(name)) {
        throw new UsageError(
          `there is a snapshot '${name}' already`,
          `choose another name, or remove it: pegsh snapshot remove ${name}`,
        );
      }
      return this.#copy(name, this.#about());
    });
  }

  /** By name. */
  list(): Snapshot[] {
    return this.#disk
      .list(SNAPSHOTS)
      .flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])
      .sort()
      .map((name) => this.#read(name));
  }

  /**
   * Makes the workspace what it was, however damaged it is; what it is now is kept as `before-restore`, and a journal that
   * cannot be applied any more in `damaged/`.
   *
   * @throws UsageError when there is no such snapshot
   */
  restore(name: string): Snapshot {
    this.#read(name);
    this.#mustBeSound(name);
    this.#makeOpenable();
    return this.#atRest(() => {
      const snapshot = this.#read(name);
      if (name !== BEFORE_RESTORE) {
        const about = attempt(() => this.#about());
        this.#copy(BEFORE_RESTORE, about instanceof Damage ? { now_us: 0, clusters: [] } : about);
      }
      restoreSnapshot(this.#disk, name, readFormat(this.#disk)?.generation ?? 0);
      return snapshot;
    });
  }

  /** @throws UsageError when one of them is not there; then none is removed */
  remove(names: readonly string[]): void {
    this.#mustExist();
    this.#atRest(() => {
      for (const name of names) this.#read(name);
      for (const name of names) this.#erase(name);
    });
  }

  /** What is different in `to`, a snapshot or the workspace as it is. @throws UsageError */
  diff(from: string, to?: string): Difference[] {
    this.#mustExist();
    return this.#atRest(() => {
      this.#read(from);
      if (to !== undefined) this.#read(to);
      return differencesOf(this.#files(from), to === undefined ? this.#filesNow() : this.#files(to));
    });
  }

  /** Lets nobody else use the workspace meanwhile, and nothing be in its journal. */
  #atRest<T>(work: () => T): T {
    while (true) {
      openStore({ directory: this.#directory, host: this.#host }).close();
      const done = withLock(this.#host, this.#directory, () =>
        (this.#disk.stat(JOURNAL)?.size ?? 0) > 0 ? undefined : { result: work() },
      );
      if (done !== undefined) return done.result;
    }
  }

  #mustExist(): void {
    if (this.#disk.stat('workspace.json') === undefined)
      throw new WorkspaceError(`there is no workspace in ${this.#directory}`);
  }

  /** What only opening the workspace needs is mended, or given up: it is replaced anyway. */
  #makeOpenable(): void {
    const { fs } = this.#host;
    const ways = [
      () => restoreChangedBytes(fs, this.#directory),
      () => new Rewriter(fs, this.#directory).setAside(JOURNAL),
    ];
    const open = () => openStore({ directory: this.#directory, host: this.#host }).close();
    for (const way of ways) if (attempt(open) instanceof Damage) withLock(this.#host, this.#directory, way);
  }

  /** What a snapshot's manifest says of the workspace as it is. @throws WorkspaceError */
  #about(): Pick<Snapshot, 'now_us' | 'clusters'> {
    const workspace = this.#filesNow().document('workspace.json', workspaceSchema);
    const { now_us } = workspace.get('clock') as ClockRecord;
    const { clusters } = workspace.get('settings') as WorkspaceSettings;
    return { now_us, clusters };
  }

  #copy(name: string, about: Pick<Snapshot, 'now_us' | 'clusters'>): Snapshot {
    this.#erase(name);
    const counted = copyState(this.#disk, '', `${SNAPSHOTS}/${name}`);
    const manifest = { ...about, ...counted };
    this.#disk.stage(manifestOf(name), sealFile(JSON.stringify(manifest)));
    this.#disk.publish();
    this.#disk.syncDirectories();
    return { name, ...manifest };
  }

  /** The manifest goes first: what is half removed is no snapshot. */
  #erase(name: string): void {
    this.#disk.remove(manifestOf(name));
    this.#disk.syncDirectories();
    this.#disk.remove(`${SNAPSHOTS}/${name}`);
    this.#disk.syncDirectories();
  }

  #has(name: string): boolean {
    return this.#disk.stat(manifestOf(name)) !== undefined;
  }

  #read(name: string): Snapshot {
    checkName(name);
    const bytes = this.#disk.read(manifestOf(name));
    if (bytes === undefined)
      throw new UsageError(`there is no snapshot '${name}'`, 'pegsh snapshot list shows those there are');
    return { name, ...v.parse(manifestSchema, JSON.parse(unsealFile(manifestOf(name), bytes))) };
  }

  #mustBeSound(name: string): void {
    const damaged = checkState(this.#files(name)).find(({ severity }) => severity === 'error');
    if (damaged === undefined) return;
    throw new WorkspaceError(
      `snapshot '${name}' is damaged: ${damaged.path}: ${damaged.where === '' ? '' : `${damaged.where}: `}${damaged.what}`,
      'the workspace is as it was',
    );
  }

  #files(name: string): Files {
    return new Files(this.#host.fs, `${this.#directory}/${SNAPSHOTS}/${name}`);
  }

  #filesNow(): Files {
    return new Files(this.#host.fs, this.#directory);
  }
}

function manifestOf(name: string): string {
  return `${SNAPSHOTS}/${name}.json`;
}

function checkName(name: string): void {
  if (/^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$/.test(name)) return;
  throw new UsageError(`'${name}' is not a name for a snapshot`, 'use letters, digits, and _ - inside');
}
