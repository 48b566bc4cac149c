import { Damage } from '../storage/damage.ts';
import { readFormat } from '../storage/format.ts';
import type { FileSystem } from '../storage/host.ts';
import { JOURNAL, scanJournal } from '../storage/journal-scan.ts';
import { attempt, Files } from './files.ts';
import { type Finding, findingOf, leftOver } from './finding.ts';
import { kindOf } from './layout.ts';
import { checkReferences } from './references.ts';

/**
 * Everything that is wrong with the files of a workspace that nobody has open; nothing is changed.
 *
 * Each file is checked by itself (checksum, form), then what files say of each other. While the journal holds records
 * the files are behind it, and only the former is done.
 *
 * @throws WorkspaceError when the disk refuses, or the workspace is of a newer version
 */
export function checkWorkspace(fs: FileSystem, directory: string): Finding[] {
  const files = new Files(fs, directory);
  const format = attempt(() => readFormat(files.disk));
  const generation = format instanceof Damage ? 0 : (format?.generation ?? 0);
  const journal = attempt(() => scanJournal(files.disk.read(JOURNAL) ?? new Uint8Array(), generation));
  const own = [format, journal].filter((result) => result instanceof Damage).map(findingOf);
  const isAtRest = !(journal instanceof Damage) && journal.records.length === 0;
  return [...own, ...checkState(files, isAtRest)];
}

/** What is wrong with each file, and at rest with what they say of each other. */
export function checkState(files: Files, isAtRest = true): Finding[] {
  if (files.paths.length === 0) return [];
  const single = files.paths.flatMap((path) => checkFile(files, path));
  return isAtRest ? [...single, ...checkReferences(files, new Set(single.map(({ path }) => path)))] : single;
}

function checkFile(files: Files, path: string): Finding[] {
  const kind = kindOf(path);
  if (kind === undefined) return [leftOver(path, 'is not a file of pegsh')];
  const result = attempt(() => files[kind.form](path, kind.schema));
  return result instanceof Damage ? [findingOf(result)] : [];
}
