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
