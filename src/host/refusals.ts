const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an input/output error',
  EISDIR: 'a directory is where a file should be',
  EMFILE: 'too many open files',
  ENOENT: 'there is no such file or directory',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a file is where a directory should be',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

/** Why the system refused to do something with a file, for people. @param code `EACCES`, say */
export function refusalText(code: string): string {
  return `${REASONS[code] ?? 'the system refused'} (${code})`;
}
