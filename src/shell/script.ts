import type { Writer } from '../commands/command.ts';
import type { Dispatcher } from './dispatch.ts';

export interface ScriptOptions {
  /** What stands before the line number on stderr: the file's name. */
  readonly name: string;
  readonly keepGoing: boolean;
  readonly stderr: Writer;
  /** Called when the next line is not there yet: what is held back is shown, the lock is let go. */
  onIdle?(): void;
}

const LEAVING = ['exit', 'quit'];

/** Whether the line does nothing: blank, or a comment. */
export function isSilent(line: string): boolean {
  const text = line.trim();
  return text === '' || text.startsWith('#');
}

export function isLeaving(line: string): boolean {
  return LEAVING.includes(line.trim());
}

/**
 * Runs lines one after another in the dispatcher's session. The first that fails stops them, unless `keepGoing`.
 *
 * @returns the exit code of the first line that failed, or 0
 */
export async function runScript(
  lines: Iterable<string> | AsyncIterable<string>,
  dispatcher: Dispatcher,
  { name, keepGoing, stderr, onIdle }: ScriptOptions,
): Promise<number> {
  let failed = 0;
  let number = 0;
  for await (const line of onIdle === undefined ? lines : noticingIdle(lines, onIdle)) {
    number += 1;
    if (isSilent(line)) continue;
    if (isLeaving(line)) break;
    const code = await dispatcher.runLine(line).catch((interrupt) => {
      stderr.write(`${name}:${number}: stopped here: ${line.trim()}\n`);
      throw interrupt;
    });
    if (code === 0) continue;
    failed ||= code;
    stderr.write(
      `${name}:${number}: ${keepGoing ? 'failed' : 'stopped here'} (exit code ${code}): ${line.trim()}\n`,
    );
    if (!keepGoing || code === INTERRUPTED) return failed;
  }
  return failed;
}

const INTERRUPTED = 130;

/** The same lines; `onIdle` is called each time the next one takes longer than a turn of the event loop. */
async function* noticingIdle(
  lines: Iterable<string> | AsyncIterable<string>,
  onIdle: () => void,
): AsyncGenerator<string> {
  const source = asyncIterator(lines);
  for (;;) {
    const idle = setImmediate(onIdle);
    const next = await source.next();
    clearImmediate(idle);
    if (next.done === true) return;
    yield next.value;
  }
}

async function* asyncIterator(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  yield* lines;
}

/** The lines of a stream of bytes, each as soon as it is whole; a last one without its newline too. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
