/** A line of a script, with the number of the physical line that it begins on. */
export interface Line {
  readonly text: string;
  readonly number: number;
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

/** Whether the line goes on in the next one. A comment never does. */
export function isContinued(line: string): boolean {
  return line.endsWith('\\') && /(?<!\\)(\\\\)*\\$/.test(line) && !isSilent(line);
}

/** Lines that may not be there yet: those that are come at once, the others as promises. */
export interface IncomingLines {
  next(): IteratorResult<string, undefined> | Promise<IteratorResult<string, undefined>>;
  /** Nobody wants the others. */
  return(): Promise<unknown>;
}

/** The lines of a stream of bytes, each as soon as it is whole; a last one without its newline too. */
export function linesOf(chunks: AsyncIterable<Uint8Array | string>): IncomingLines {
  const source = chunks[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let lines: string[] = [];
  let at = 0;
  let rest = '';

  async function nextWhenThere(): Promise<IteratorResult<string, undefined>> {
    while (at === lines.length) {
      const { done, value } = await source.next();
      if (done === true) return last();
      lines = (rest + (typeof value === 'string' ? value : decoder.decode(value, { stream: true }))).split(
        '\n',
      );
      rest = lines.pop()!;
      at = 0;
    }
    return next();
  }

  function next(): IteratorResult<string, undefined> {
    return { done: false, value: withoutReturn(lines[at++]!) };
  }

  function last(): IteratorResult<string, undefined> {
    const line = rest + decoder.decode();
    rest = '';
    return line === '' ? { done: true, value: undefined } : { done: false, value: withoutReturn(line) };
  }

  return {
    next: () => (at < lines.length ? next() : nextWhenThere()),
    return: async () => source.return?.(),
  };
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
