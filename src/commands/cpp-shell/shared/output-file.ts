import { UsageError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
import type { OutputFile } from '../../shell.ts';
import type { Refuse } from './read-options.ts';

/**
 * Writes what `-o` asks for into its file; does nothing without a name.
 *
 * @throws UsageError when the file cannot be written
 */
export function saveTo({ shell }: Context, file: string | undefined, text: () => string): void {
  if (file !== undefined && file !== '') shell.saveFile(file, text());
}

/**
 * The file that takes rows as they come; undefined without a name.
 *
 * @param refuse makes the error of one that cannot be opened
 * @throws UsageError
 */
export function rowsTo({ shell }: Context, file: string | undefined, refuse: Refuse): OutputFile | undefined {
  return file === undefined ? undefined : orRefuse(file, refuse, () => shell.openFile(file));
}

/**
 * Makes the file, or empties it, before anything is done whose answer goes into it.
 *
 * @param refuse makes the error, where upstream has one
 * @throws UsageError when the file cannot be written
 */
export function openOutput({ shell }: Context, file: string | undefined, refuse?: Refuse): void {
  if (file !== undefined) orRefuse(file, refuse, () => shell.saveFile(file, ''));
}

function orRefuse<R>(file: string, refuse: Refuse | undefined, open: () => R): R {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof UsageError) || refuse === undefined) throw error;
    throw refuse(`open filename ${file} failed`);
  }
}
