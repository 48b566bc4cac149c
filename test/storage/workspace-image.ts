import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { type Captured, Disposable } from '../../src/shell/disposable.ts';
import { dump } from './support.ts';

export const WORKSPACE = '/w';

/** The files of a workspace, by absolute path, as latin1 texts. */
export type Image = Readonly<Record<string, string>>;

/** What a workspace is after these lines. @throws when one of them fails */
export async function imageAfter(lines: readonly string[]): Promise<Image> {
  const fs = new MemoryFileSystem();
  for (const { exitCode, text } of await runLines(fs, lines)) if (exitCode !== 0) throw new Error(text);
  return dump(fs, WORKSPACE);
}

/** A disk that holds the image. */
export function diskOf(image: Image): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(WORKSPACE);
  for (const [path, text] of Object.entries(image)) {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    fs.write(path, 0, Buffer.from(text, 'latin1'));
  }
  return fs;
}

/** Runs lines in one session of one process, under the manual clock. */
export async function runLines(fs: MemoryFileSystem, lines: readonly string[]): Promise<Captured[]> {
  const place = { directory: WORKSPACE, host: memoryHost(() => 0, fs) };
  const pegsh = new Disposable({ workingDirectory: '.', place, checked: false });
  const results: Captured[] = [];
  try {
    for (const line of lines) results.push(await pegsh.runLine(line));
  } finally {
    pegsh.dispose();
  }
  return results;
}
