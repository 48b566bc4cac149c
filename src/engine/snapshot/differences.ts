import type * as v from 'valibot';
import type { Files } from '../fsck/files.ts';
import { kindOf } from '../fsck/layout.ts';

/** One record that is other than before, as JSON values; without `before` it is new, without `after` it is gone. */
export interface Difference {
  readonly path: string;
  /** The record's key in a document, its line in a log; empty for a file that is one object. */
  readonly record: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * What differs between two states of a workspace, by path and record.
 *
 * @throws WorkspaceError when a file is damaged
 */
export function differencesOf(before: Files, after: Files): Difference[] {
  const paths = [...new Set([...before.paths, ...after.paths])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [recordsOf(before, path), recordsOf(after, path)];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((record) => {
      if (JSON.stringify(old.get(record)) === JSON.stringify(now.get(record))) return [];
      return {
        path,
        record,
        ...(old.has(record) ? { before: old.get(record) } : {}),
        ...(now.has(record) ? { after: now.get(record) } : {}),
      };
    });
  });
}

function recordsOf(files: Files, path: string): ReadonlyMap<string, unknown> {
  const kind = kindOf(path);
  if (kind === undefined || !files.exists(path)) return new Map();
  return READ[kind.form](files, path, kind.schema);
}

const READ = {
  document: (files: Files, path: string, schema: v.GenericSchema<unknown, unknown>) =>
    files.document(path, schema),
  log: (files: Files, path: string, schema: v.GenericSchema<unknown, unknown>) =>
    new Map(files.log(path, schema).map((record, at) => [`${at + 1}`, record])),
  object: (files: Files, path: string, schema: v.GenericSchema<unknown, unknown>) =>
    new Map([['', files.object(path, schema)]]),
};
