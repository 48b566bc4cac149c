import { WorkspaceError } from '../../errors.ts';

const HINT =
  'Nothing was overwritten. `pegsh fsck` tells of all damage, `pegsh fsck --repair` mends what can be mended, and ' +
  '`pegsh fsck --accept` takes what you edited as it is.';

/** A file of the workspace that cannot be what we wrote. */
export class Damage extends WorkspaceError {
  readonly path: string;
  /** A position inside the file, or empty. */
  readonly where: string;
  readonly what: string;

  constructor(path: string, where: string, what: string) {
    super(`${path}: ${where === '' ? '' : `${where}: `}${what}`, HINT);
    this.path = path;
    this.where = where;
    this.what = what;
  }
}

export function damage(path: string, where: string, what: string): Damage {
  return new Damage(path, where, what);
}

/** `line 3, column 7` (both from 1; columns in UTF-16 code units) of an offset in a text. */
export function positionIn(text: string, offset: number, firstLine = 1): string {
  const before = text.slice(0, offset);
  const line = firstLine + before.split('\n').length - 1;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}
