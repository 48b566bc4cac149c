import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { type LogFile, readLogFile } from '../rpc/codec/mutation-log.ts';
import type { LoggedMutation, PrivateLog } from '../rpc/idl/mutation-log.ts';

/** `log.<index>.<start offset>`. */
const NAME = /^log\.(\d+)\.(\d+)$/;

interface Part extends LogFile {
  readonly index: number;
  readonly startOffset: number;
}

/**
 * The log files of a directory, read one after the other as a replica server reads its own when it starts
 * (`mutation_log::open`), only that those which cannot be read are not renamed.
 *
 * @param typed how errors call the directory
 * @returns undefined when there is no such directory
 * @throws UsageError when it, or one of the files, cannot be read
 */
export function readPrivateLog(directory: string, typed: string): PrivateLog | undefined {
  try {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    return joined(partsIn(directory));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`cannot read ${typed}: ${code}`);
  }
}

function partsIn(directory: string): Part[] {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const [, index, startOffset] = (entry.isFile() && NAME.exec(entry.name)) || [];
      if (index === undefined) return [];
      const part = { index: Number(index), startOffset: Number(startOffset) };
      return { ...part, ...readLogFile(readFileSync(join(directory, entry.name)), part.startOffset) };
    })
    .sort((a, b) => a.index - b.index);
}

function joined(all: readonly Part[]): PrivateLog {
  const isUnbegun = ({ endOffset, startOffset }: Part) => endOffset === startOffset;
  if (all.some((part) => isUnbegun(part) && part.end === 'ERR_INVALID_DATA'))
    return failed('ERR_INVALID_DATA');
  const parts = all.filter((part) => !isUnbegun(part));
  if (parts.some(({ index }, at) => index !== parts[0]!.index + at)) return failed('ERR_OBJECT_NOT_FOUND');
  const mutations: LoggedMutation[] = [];
  let end = parts[0]?.startOffset;
  for (const part of parts) {
    if (part.startOffset !== end) return { mutations, err: 'ERR_INVALID_DATA' };
    for (const mutation of part.mutations) mutations.push(mutation);
    // What was being written when the server ended is no damage: the next file begins before it.
    if (part.end === 'ERR_INVALID_DATA') return { mutations, err: part.end };
    end = part.endOffset;
  }
  return { mutations, err: 'ERR_OK' };
}

function failed(err: string): PrivateLog {
  return { mutations: [], err };
}
