import { Damage } from '../storage/damage.ts';
import type { FileSystem } from '../storage/host.ts';
import { attempt, Files } from './files.ts';
import { kindOf } from './layout.ts';
import { resealed } from './mend-bytes.ts';
import { replicaFile, rewriteReplica } from './replica-record.ts';
import { type Mended, Rewriter } from './rewrite.ts';

/** Gives new checksums to files that a person edited. What has not the form that is asked of it stays as it is. */
export function accept(fs: FileSystem, directory: string): Mended[] {
  const files = new Files(fs, directory);
  const rewriter = new Rewriter(fs, directory);
  return files.paths.flatMap((path) => {
    const kind = kindOf(path);
    if (kind === undefined) return [];
    const read = () => files[kind.form](path, kind.schema);
    if (!(attempt(read) instanceof Damage)) return [];
    const before = rewriter.read(path)!;
    const text = resealed(before, kind.form);
    if (text === undefined) return [];
    rewriter.replace(path, text);
    if (attempt(read) instanceof Damage) {
      rewriter.replace(path, before);
      return [];
    }
    noteLength(files, rewriter, path);
    return { path, how: 'taken as it was edited' };
  });
}

/** The server's list tells how long a private log is. */
function noteLength(files: Files, rewriter: Rewriter, path: string): void {
  const replica = replicaFile(files, path);
  if (replica === undefined) return;
  const { disk, name } = replica;
  const at = disk.plog.findIndex((file) => name === `plog/log.${file.index}.${file.start_offset}.jsonl`);
  const bytes = files.disk.stat(path)!.size;
  const plog = disk.plog.map((file, index) => (index === at ? { ...file, bytes } : file));
  const isLast = at >= 0 && at === plog.length - 1;
  rewriteReplica(files, rewriter, replica, { ...disk, plog, ...(isLast ? { plog_bytes: bytes } : {}) });
}
