import { UsageError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
import type { OutputFile } from '../../shell.ts';
import type { Refuse } from './read-options.ts';

/**
 * Writes what `-o` asks for into its file; does nothing without a name.
 *
 * @param refuse as of `openOutput`
 * @throws UsageError when the file cannot be opened
 */
export async function saveTo(
  ctx: Context,
  name: string | undefined,
  text: () => string,
  refuse?: Refuse,
): Promise<void> {
  const file = await openOutput(ctx, name || undefined, refuse);
  await file?.write(text()).finally(() => file.close());
}

/**
 * Makes the file, or empties it, before anything is done whose answer goes into it; undefined without a name.
 *
 * @param refuse makes the error of one that cannot be opened, where upstream has one
 * @throws UsageError
 */
export async function openOutput(
  { shell }: Context,
  file: string | undefined,
  refuse?: Refuse,
): Promise<OutputFile | undefined> {
  if (file === undefined) return undefined;
  return shell.openFile(file).catch((error: unknown) => {
    if (!(error instanceof UsageError) || refuse === undefined) throw error;
    throw refuse(`open filename ${file} failed`);
  });
}
