import type { Context } from '../../command.ts';

/**
 * Writes what `-o` asks for into its file; does nothing without a name.
 *
 * @throws UsageError when the file cannot be written
 */
export function saveTo({ shell }: Context, file: string | undefined, text: () => string): void {
  if (file !== undefined && file !== '') shell.saveFile(file, text());
}
