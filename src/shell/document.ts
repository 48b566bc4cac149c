import { type RunDocument, runConsoleBlocks } from './console-blocks.ts';
import { Disposable } from './disposable.ts';

/** Runs a Markdown text's console blocks in a workspace of their own: manual clock, fixed seed, no colour. */
export async function runDocument(markdown: string, workingDirectory: string): Promise<RunDocument> {
  const workspace = new Disposable({ workingDirectory });
  try {
    return await runConsoleBlocks(markdown, (words) => workspace.invoke(words));
  } finally {
    workspace.dispose();
  }
}
