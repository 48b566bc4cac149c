import { UsageError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
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
 * Makes the file, or empties it, before anything is done whose answer goes into it.
 *
 * @param refuse makes the error, where upstream has one
 * @throws UsageError when the file cannot be written
 */
export function openOutput({ shell }: Context, file: string | undefined, refuse?: Refuse): void {
  if (file === undefined) return;
  try {
    shell.saveFile(file, '');
  } catch (error) {
    if (!(error instanceof UsageError) || refuse === undefined) throw error;
    throw refuse(`open filename ${file} failed`);
  }
}
