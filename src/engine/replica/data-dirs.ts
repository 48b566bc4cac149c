/** One disk of a replica server. */
export interface DataDir {
  readonly tag: string;
  readonly directory: string;
}

/** Why a text is no list of disks, in upstream's words. */
export type Objection = string;

/** Reads `tag:directory,tag:directory` (`replication_common.cpp get_data_dir_and_tag`). */
export function parseDataDirs(text: string): DataDir[] | Objection {
  const dirs: DataDir[] = [];
  for (const item of text.split(',').map((one) => one.trim())) {
    const colon = item.indexOf(':');
    const dir = { tag: item.slice(0, colon), directory: item.slice(colon + 1) };
    if (colon < 1 || dir.directory === '' || dir.directory.includes(':'))
      return `invalid data_dir item(${item}) in config`;
    const objection = dirs.map((other) => clash(other, dir)).find((text) => text !== undefined);
    if (objection !== undefined) return objection;
    dirs.push(dir);
  }
  return dirs;
}

function clash(known: DataDir, dir: DataDir): Objection | undefined {
  if (known.directory === dir.directory) return `dir(${dir.directory}) and dir(${known.directory}) conflict`;
  if (known.tag === dir.tag) {
    return `dir(${dir.directory}) and dir(${known.directory}) have same tag(${dir.tag})`;
  }
  return undefined;
}
