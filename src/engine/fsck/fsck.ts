import { WorkspaceError } from '../../errors.ts';
import { Damage } from '../storage/damage.ts';
import { Disk } from '../storage/disk.ts';
import { readFormat, writeFormat } from '../storage/format.ts';
import type { Host } from '../storage/host.ts';
import { JOURNAL } from '../storage/journal-scan.ts';
import { withLock } from '../storage/lock.ts';
import { openStore, type Store } from '../storage/store.ts';
import { Universe } from '../universe.ts';
import { accept } from './accept.ts';
import { checkWorkspace } from './check.ts';
import { checkSnapshots } from './check-snapshots.ts';
import { attempt } from './files.ts';
import type { Finding } from './finding.ts';
import { isInMetaTreesOnly, rebuildMetaTrees } from './rebuild-meta-tree.ts';
import { restoreChangedBytes, restoreFiles } from './repair.ts';
import { isInServersOnly, replaceReplicas } from './replace-replicas.ts';
import { type Mended, Rewriter } from './rewrite.ts';

export interface FsckOptions {
  /** Puts right what can be put right. */
  readonly repair: boolean;
  /** Takes files that a person edited as they are, where they have the form that is asked of them. */
  readonly accept: boolean;
}

type Mend = (fs: Host['fs'], directory: string) => Mended[];

export interface FsckReport {
  /** What is wrong, after what was mended. */
  readonly findings: readonly Finding[];
  readonly mended: readonly Mended[];
  /** What interrupted commands left, and was dropped. */
  readonly notices: readonly string[];
}

/**
 * Checks a workspace, and mends it if told to; files that are replaced or removed are kept in `damaged/`.
 *
 * @throws WorkspaceError when it is locked, is of a newer version, or the disk refuses
 */
export function fsck(host: Host, directory: string, options: FsckOptions): FsckReport {
  if (host.fs.list(directory).length === 0) throw new WorkspaceError(`there is no workspace in ${directory}`);
  const mended: Mended[] = [];
  const mend = (work: Mend): void => {
    mended.push(...withLock(host, directory, () => work(host.fs, directory)));
  };
  if (options.accept) mend(toBeReadAnew(accept));
  if (options.repair) mend(restoreChangedBytes);
  const notices: string[] = [];
  const isSettled = withStore(host, directory, (store) => void notices.push(...store.notices));
  if (options.repair && isSettled) {
    mend(toBeReadAnew(restoreFiles));
    mended.push(...giveUpTheRest(host, directory));
  }
  const findings = withLock(host, directory, () => [
    ...checkWorkspace(host.fs, directory),
    ...checkSnapshots(host.fs, directory),
  ]);
  return { findings, mended, notices };
}

/** Who has the workspace in memory, at a prompt, reads it anew then. Where there is a journal, its being applied tells them. */
function toBeReadAnew(work: Mend): Mend {
  return (fs, directory) => {
    const mended = work(fs, directory);
    const disk = new Disk(fs, directory);
    const format = attempt(() => readFormat(disk));
    const isAtRest = format !== undefined && !(format instanceof Damage) && !(disk.stat(JOURNAL)?.size ?? 0);
    if (mended.length > 0 && isAtRest) writeFormat(disk, { ...format, generation: format.generation + 1 });
    return mended;
  };
}

/** What no file can be restored from, the simulated cluster replaces by itself. */
function giveUpTheRest(host: Host, directory: string): Mended[] {
  const findings = checkWorkspace(host.fs, directory).filter(({ severity }) => severity === 'error');
  const replace = findings.length === 0 ? undefined : wayToReplace(findings);
  if (replace === undefined) return [];
  keepDamaged(host, directory, findings);
  const mended: Mended[] = [];
  withStore(host, directory, (store) => {
    const universe = new Universe({
      store,
      wallNow: () => host.wallNow(),
      seed: 1,
      clock: 'manual',
      startUs: 0,
    });
    mended.push(...replace(universe, findings));
    universe.commit();
  });
  return mended;
}

/** What is lost on one side only, the other side knows. */
function wayToReplace(findings: readonly Finding[]): typeof replaceReplicas | undefined {
  if (isInServersOnly(findings)) return replaceReplicas;
  return isInMetaTreesOnly(findings) ? rebuildMetaTrees : undefined;
}

function keepDamaged(host: Host, directory: string, findings: readonly Finding[]): void {
  const rewriter = new Rewriter(host.fs, directory);
  withLock(host, directory, () => {
    for (const path of new Set(findings.map((finding) => finding.path))) rewriter.keep(path);
  });
}

/** Opens the workspace, as every command does, which applies its journal; false when it is too damaged for that. */
function withStore(host: Host, directory: string, work: (store: Store) => void): boolean {
  try {
    const store = openStore({ directory, host });
    try {
      work(store);
    } finally {
      store.close();
    }
    return true;
  } catch (error) {
    // What is damaged is among the findings.
    if (error instanceof Damage) return false;
    throw error;
  }
}
