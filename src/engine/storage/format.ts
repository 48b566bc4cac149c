import { WorkspaceError } from '../../errors.ts';
import { damage } from './damage.ts';
import type { Disk } from './disk.ts';
import { changedByte, FILE_SEAL, sealFile, textOf, unsealFile } from './seal.ts';

export const FORMAT = 'format.json';
/** What a workspace keeps beside its state: snapshots, and what `fsck` replaced. */
export const SNAPSHOTS = 'snapshots';
export const DAMAGED = 'damaged';
/** The version of the workspace's files that this program reads and writes. */
const FORMAT_VERSION = 1;

/** What `format.json` says of a workspace besides its version. */
export interface Format {
  /** The last journal record that the files contain. */
  readonly generation: number;
  /** The snapshot whose files are just taking the place of the workspace's. */
  readonly restoring?: string;
}

export function formatText(format: Format): string {
  return sealFile(JSON.stringify({ format: FORMAT_VERSION, ...format }));
}

/** Durable when it returns. */
export function writeFormat(disk: Disk, format: Format): void {
  disk.stage(FORMAT, formatText(format));
  disk.publish();
  disk.syncDirectories();
}

/**
 * What an existing workspace says of itself; `undefined` where there is none yet.
 *
 * @throws WorkspaceError when it is damaged, of a newer version, or the directory holds other things
 */
export function readFormat(disk: Disk): Format | undefined {
  const bytes = disk.read(FORMAT);
  if (bytes === undefined) return refuseStrangers(disk);
  // A newer version may have other checksums.
  refuseNewer(bytes);
  return JSON.parse(unsealFile(FORMAT, bytes)) as Format;
}

function refuseNewer(bytes: Uint8Array): void {
  const format = Number(/^\s*\{\s*"format"\s*:\s*(\d+)/.exec(textOf(bytes))?.[1]);
  if (!(format > FORMAT_VERSION) || changedByte(bytes, FILE_SEAL) !== undefined) return;
  throw new WorkspaceError(
    `${FORMAT}: the workspace was made by a newer pegsh (format ${format}, this one knows ${FORMAT_VERSION})`,
    'Use that version, or another workspace (`-w DIR`).',
  );
}

/** A person's own hidden files may be there before the workspace is, and what outlives its being reset. */
function refuseStrangers(disk: Disk): undefined {
  const mayBeThere = (name: string) => /^\.|^lock/.test(name) || [SNAPSHOTS, DAMAGED].includes(name);
  const strangers = disk.list('').filter((name) => !mayBeThere(name));
  if (strangers.length === 0) return undefined;
  if (strangers.includes('workspace.json')) throw damage(FORMAT, '', 'is missing');
  throw new WorkspaceError(
    `${FORMAT}: missing, and ${disk.absolute('')} is not empty (${strangers.sort().slice(0, 3).join(', ')})`,
    'This is not a pegsh workspace, or it was damaged. Name another directory with `-w DIR`.',
  );
}
