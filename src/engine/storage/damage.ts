import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { WorkspaceError } from '../../errors.ts';

// zod/mini, which is loaded in a third of the time, has no words for its errors until it is given some.
z.config(en());

const HINT =
  'Nothing was overwritten. `pegsh fsck` tells of all damage, `pegsh fsck --repair` mends what can be mended, and ' +
  '`pegsh fsck --accept` takes what you edited as it is.';

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

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a union: what is wrong with the value as each of its kinds. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** What is wrong with a value, in one line, as zod reports it; for a union, as the kind that it comes nearest to. */
export function describeIssues(issues: readonly Issue[]): string {
  return issues.flatMap(nearest).map(describeIssue).join('; ');
}

function nearest(issue: Issue): readonly Issue[] {
  const kinds = [...(issue.errors ?? [])].sort((a, b) => a.length - b.length);
  // A value of another type altogether has one issue, without a path: it tells less than a wrong field.
  const [best] = [...kinds.filter((kind) => kind.some(({ path }) => path.length > 0)), ...kinds];
  return best?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function describeIssue({ path, message }: Issue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
