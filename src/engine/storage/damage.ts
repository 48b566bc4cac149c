import { WorkspaceError } from '../../errors.ts';

const HINT =
  'Nothing was overwritten. Undo the edit or restore the file from a copy; `pegsh reset --yes` starts afresh.';

/** A file of the workspace that cannot be what we wrote. `where` is a position inside it, or empty. */
export function damage(path: string, where: string, what: string): WorkspaceError {
  return new WorkspaceError(`${path}: ${where === '' ? '' : `${where}: `}${what}`, HINT);
}

/** `line 3, column 7` (both from 1; columns in UTF-16 code units) of an offset in a text. */
export function positionIn(text: string, offset: number, firstLine = 1): string {
  const before = text.slice(0, offset);
  const line = firstLine + before.split('\n').length - 1;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

/** What is wrong with a value, in one line, as zod reports it. */
export function describeIssues(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}
