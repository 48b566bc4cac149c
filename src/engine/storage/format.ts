import { WorkspaceError } from '../../errors.ts';
import { damage } from './damage.ts';
import type { Disk } from './disk.ts';
import { parseJson } from './json.ts';

export const FORMAT = 'format.json';
/** The version of the workspace's files that this program reads and writes. */
export const FORMAT_VERSION = 1;

/** @param generation the last journal record that the files contain */
export function formatText(generation: number): string {
  return `${JSON.stringify({ format: FORMAT_VERSION, generation })}\n`;
}

/**
 * The generation of an existing workspace; `undefined` where there is none yet.
 *
 * @throws WorkspaceError when it is damaged, of a newer version, or the directory holds other things
 */
export function readFormat(disk: Disk): number | undefined {
  const text = disk.readText(FORMAT);
  if (text === undefined) return refuseStrangers(disk);
  const parsed = parseJson(FORMAT, text);
  const { format, generation } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as {
    format?: unknown;
    generation?: unknown;
  };
  if (!isCount(format) || !isCount(generation)) {
    throw damage(FORMAT, 'line 1', 'is not {"format": number, "generation": number}');
  }
  if (format > FORMAT_VERSION) {
    throw new WorkspaceError(
      `${FORMAT}: the workspace was made by a newer pegsh (format ${format}, this one knows ${FORMAT_VERSION})`,
      'Use that version, or another workspace (`-w DIR`).',
    );
  }
  return generation;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
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
