import { UsageError } from '../errors.ts';
import { splitAdminCli } from './tokens.ts';

/** What one command wrote, stdout and stderr in the order of writing, and how it ended. */
export interface StepResult {
  readonly text: string;
  readonly exitCode: number;
}

export interface RunDocument {
  readonly steps: number;
  readonly failed: number;
  /** The document with what came out in place of what is written. */
  readonly text: string;
}

/**
 * Runs the `$ pegsh …` lines in a Markdown text's `console` blocks, one after another.
 *
 * Below each stands what it writes, then `[n]` where its exit code n is not 0. A block without such a line
 * is left alone, as is every other text.
 *
 * @param run gets the words after `pegsh`
 * @throws UsageError for a `$` line that runs something else
 */
export async function runConsoleBlocks(
  markdown: string,
  run: (words: readonly string[]) => Promise<StepResult>,
): Promise<RunDocument> {
  const lines = markdown.split('\n');
  const result: string[] = [];
  let steps = 0;
  let failed = 0;
  let fence: { readonly mark: string; readonly indent: string } | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    result.push(line);
    const opened = fence === undefined ? /^(\s*)(`{3,})console\s*$/.exec(line) : null;
    if (opened !== null) {
      fence = { indent: opened[1]!, mark: opened[2]! };
      continue;
    }
    if (fence === undefined) {
      at = skipOtherFence(lines, at, result);
      continue;
    }
    if (isEnd(line, fence.mark)) fence = undefined;
    const command = fence === undefined ? undefined : commandOf(line.slice(fence.indent.length));
    if (fence === undefined || command === undefined) continue;
    const expected = linesUntilNext(lines, at + 1, fence);
    const shown = shownLines(await run(wordsOf(command, at + 1))).map((text) =>
      text === '' ? '' : fence!.indent + text,
    );
    steps += 1;
    if (expected.join('\n') !== shown.join('\n')) failed += 1;
    result.push(...shown);
    at += expected.length;
  }
  return { steps, failed, text: result.join('\n') };
}

function isEnd(line: string, mark: string): boolean {
  return line.trim().startsWith(mark) && line.trim().replaceAll('`', '') === '';
}

/** A fenced block of another kind may hold what looks like a `console` block: it is copied whole. */
function skipOtherFence(lines: readonly string[], start: number, result: string[]): number {
  const mark = /^\s*(`{3,})/.exec(lines[start]!)?.[1];
  if (mark === undefined) return start;
  const end = lines.findIndex((line, at) => at > start && isEnd(line, mark));
  if (end < 0) return start;
  result.push(...lines.slice(start + 1, end + 1));
  return end;
}

function commandOf(line: string): string | undefined {
  return line.startsWith('$ ') ? line.slice(2) : undefined;
}

function linesUntilNext(
  lines: readonly string[],
  start: number,
  fence: { mark: string; indent: string },
): string[] {
  const rest = lines.slice(start);
  const end = rest.findIndex(
    (line) => isEnd(line, fence.mark) || commandOf(line.slice(fence.indent.length)) !== undefined,
  );
  return end < 0 ? rest : rest.slice(0, end);
}

function wordsOf(command: string, lineNumber: number): string[] {
  const words = splitAdminCli(command);
  const own = words[0] === 'npx' ? words.slice(1) : words;
  if (own[0] === 'pegsh') return own.slice(1);
  throw new UsageError(
    `line ${lineNumber}: only pegsh runs in a console block, not "${words[0] ?? ''}"`,
    'a block that is to be read only is marked `sh` or `text`',
  );
}

function shownLines({ text, exitCode }: StepResult): string[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return exitCode === 0 ? lines : [...lines, `[${exitCode}]`];
}
