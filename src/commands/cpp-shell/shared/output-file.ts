import { writeFileSync } from 'node:fs';
import { UsageError } from '../../../errors.ts';

/**
 * Writes what `-o` asks for into its file, relative to the current directory; does nothing without a name.
 *
 * @throws UsageError when the file cannot be written
 */
export function saveTo(file: string | undefined, text: () => string): void {
  if (file === undefined || file === '') return;
  try {
    writeFileSync(file, text());
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw new UsageError(`cannot write ${file}: ${String(error.code)}`);
    }
    throw error;
  }
}
