import { readFileSync } from 'node:fs';

/** One command of a recorded session with the real program. */
export interface Block {
  readonly line: string;
  /** Lines that the command reads. */
  readonly thenTyped: readonly string[];
  /** Its answer is not among the fixtures. */
  readonly withheld: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const FIXTURES = new URL('../../fixtures/golden/', import.meta.url);

export function fixture(path: string): string {
  return readFileSync(new URL(path, FIXTURES), 'utf8');
}

/** The blocks of a transcript (format: `@@ cmd`, `@@ stdout`, `@@ stderr`, `@@ end`). */
export function blocksOf(transcript: string): Block[] {
  return transcript
    .split(/^@@ cmd /m)
    .slice(1)
    .map(blockOf);
}

function blockOf(text: string): Block {
  const [head = '', ...streams] = text.split(/^@@ (?=stdout$|stderr$|end|withheld$)/m);
  const [line = '', then = ''] = head.trimEnd().split('\n@@ then-typed ');
  const bytes = (name: string) =>
    streams.find((stream) => stream.startsWith(`${name}\n`))?.slice(name.length + 1);
  return {
    line,
    // A Python string: only its newlines are escaped.
    thenTyped: then.slice(1, -1).split('\\n').slice(0, -1),
    withheld: streams.some((stream) => stream.startsWith('withheld')),
    stdout: recorded(bytes('stdout')),
    stderr: recorded(bytes('stderr')),
  };
}

/** The recorder ended a line that the program had not ended, and said so. */
function recorded(bytes = ''): string {
  return bytes.replace(/\n@@ \(no newline at end of \w+\)\n$/, '');
}
