import { checkpointSchema } from '../documents/replica.ts';
import { Damage } from '../storage/damage.ts';
import { FORMAT, formatText, readFormat } from '../storage/format.ts';
import type { FileSystem } from '../storage/host.ts';
import { firstSequence, JOURNAL, scanJournal } from '../storage/journal-scan.ts';
import { checkWorkspace } from './check.ts';
import { doWithoutCheckpoint } from './earlier-checkpoint.ts';
import { attempt, Files } from './files.ts';
import type { Finding } from './finding.ts';
import { kindOf } from './layout.ts';
import { restoreBytes, restoreJournal } from './mend-bytes.ts';
import { type Mended, Rewriter } from './rewrite.ts';

const CHECKPOINT = /^(clusters\/[^/]+\/nodes)\/[^/]+\/(reps\/[^/]+\/data\/checkpoint\.\d+(?:\.\d+)?\.json)$/;

/** Puts single changed bytes back to what the checksums say they were: also in what opening the workspace needs. */
export function restoreChangedBytes(fs: FileSystem, directory: string): Mended[] {
  const files = new Files(fs, directory);
  const rewriter = new Rewriter(fs, directory);
  const restore = (path: string, intact: Uint8Array | undefined): Mended[] => {
    if (intact === undefined) return [];
    rewriter.replace(path, intact);
    return [{ path, how: 'changed bytes put back, found by the checksum' }];
  };
  return [
    ...mendFormat(files, rewriter),
    ...mendJournal(files, (bytes) => restore(JOURNAL, restoreJournal(bytes))),
    ...files.paths.flatMap((path) => {
      const kind = kindOf(path);
      if (kind === undefined) return [];
      if (!(attempt(() => files[kind.form](path, kind.schema)) instanceof Damage)) return [];
      return restore(path, restoreBytes(rewriter.read(path)!, kind.form));
    }),
  ];
}

function mendFormat({ disk }: Files, rewriter: Rewriter): Mended[] {
  if (!(attempt(() => readFormat(disk)) instanceof Damage)) return [];
  const intact = restoreBytes(rewriter.read(FORMAT) ?? new Uint8Array(), 'object');
  const generation = firstSequence(rewriter.read(JOURNAL) ?? new Uint8Array()) - 1;
  rewriter.replace(FORMAT, intact ?? formatText({ generation }));
  return [{ path: FORMAT, how: intact === undefined ? 'written anew' : 'changed byte put back' }];
}

function mendJournal({ disk }: Files, restore: (bytes: Uint8Array) => Mended[]): Mended[] {
  const bytes = disk.read(JOURNAL) ?? new Uint8Array();
  return attempt(() => scanJournal(bytes, readFormat(disk)?.generation ?? 0)) instanceof Damage
    ? restore(bytes)
    : [];
}

/**
 * In a workspace at rest: takes lost checkpoints from another replica that made one at the same decree, or goes back to
 * the one before, and removes what nothing refers to.
 */
export function restoreFiles(fs: FileSystem, directory: string): Mended[] {
  const files = new Files(fs, directory);
  const rewriter = new Rewriter(fs, directory);
  return checkWorkspace(fs, directory).flatMap(({ path, severity }: Finding) => {
    if (severity === 'error') return restoreCheckpoint(files, rewriter, path);
    if (kindOf(path) === undefined) return [];
    rewriter.setAside(path);
    return [{ path, how: 'removed: nothing referred to it' }];
  });
}

function restoreCheckpoint(files: Files, rewriter: Rewriter, path: string): Mended[] {
  const [, nodes, inside] = CHECKPOINT.exec(path) ?? [];
  if (nodes === undefined) return [];
  const twins = files.disk.list(nodes).map((node) => `${nodes}/${node}/${inside}`);
  const twin = twins.find(
    (one) =>
      one !== path &&
      files.exists(one) &&
      !(attempt(() => files.object(one, checkpointSchema)) instanceof Damage),
  );
  if (twin === undefined) return doWithoutCheckpoint(files, rewriter, path);
  rewriter.replace(path, rewriter.read(twin)!);
  return [{ path, how: `copied from ${twin}` }];
}
