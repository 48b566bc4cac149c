import { WorkspaceError } from '../../errors.ts';
import type { Disk } from './disk.ts';
import { changedByte, FILE_SEAL, sealFile, textOf, unsealFile } from './seal.ts';

export const FORMAT = 'format.json';
/** The version of the workspace's files that this program reads and writes. */
export const FORMAT_VERSION = 1;

/** @param generation the last journal record that the files contain */
export function formatText(generation: number): string {
  return sealFile(JSON.stringify({ format: FORMAT_VERSION, generation }));
}

/**
 * The generation of an existing workspace; `undefined` where there is none yet.
 *
 * @throws WorkspaceError when it is damaged, of a newer version, or the directory holds other things
 */
export function readFormat(disk: Disk): number | undefined {
  const bytes = disk.read(FORMAT);
  if (bytes === undefined) return refuseStrangers(disk);
  // A newer version may have other checksums.
  refuseNewer(bytes);
  const { generation } = JSON.parse(unsealFile(FORMAT, bytes)) as { readonly generation: number };
  return generation;
}

function refuseNewer(bytes: Uint8Array): void {
  const format = Number(/^\s*\{\s*"format"\s*:\s*(\d+)/.exec(textOf(bytes))?.[1]);
  if (!(format > FORMAT_VERSION) || changedByte(bytes, FILE_SEAL) !== undefined) return;
  throw new WorkspaceError(
    `${FORMAT}: the workspace was made by a newer pegsh (format ${format}, this one knows ${FORMAT_VERSION})`,
    'Use that version, or another workspace (`-w DIR`).',
  );
}

/** A person's own hidden files may be there before the workspace is. */
function refuseStrangers(disk: Disk): undefined {
  const strangers = disk.list('').filter((name) => !name.startsWith('.') && !name.startsWith('lock'));
  if (strangers.length === 0) return undefined;
  throw new WorkspaceError(
    `${FORMAT}: missing, and ${disk.absolute('')} is not empty (${strangers.sort().slice(0, 3).join(', ')})`,
    'This is not a pegsh workspace, or it was damaged. Name another directory with `-w DIR`.',
  );
}
