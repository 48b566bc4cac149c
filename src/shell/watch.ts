import type { Terminal } from '../commands/command.ts';
import { dim, reverse, stripAnsi } from '../output/ansi.ts';
import { jsonLine } from '../output/json.ts';
import { dateTime } from '../output/time.ts';

/** One look at what is watched. */
export interface Look {
  readonly text: string;
  readonly reply: unknown;
  /** The cluster's time, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

export interface Watched {
  /** What is watched, as it was typed. */
  readonly title: string;
  readonly seconds: number;
  readonly json: boolean;
  readonly terminal: Terminal;
  look(): Promise<Look>;
  /** Lets others use the workspace, and waits. @returns whether to look again */
  pause(ms: number): Promise<boolean>;
}

const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';

/**
 * Looks again and again. Each look is a line of JSON, or the text below a line that tells when; on a terminal it always
 * takes the same place, and what has changed is marked.
 */
export async function watch({ title, seconds, json, terminal, look, pause }: Watched): Promise<number> {
  const { stdout, screen } = terminal;
  let before: readonly string[] | undefined;
  do {
    const { text, reply, nowMs } = await look();
    const when = `${dateTime(nowMs)} UTC`;
    const lines = stripAnsi(text).trimEnd().split('\n');
    if (json) stdout.write(jsonLine(reply));
    else if (screen === undefined) stdout.write(`--- ${when}\n${terminal.color ? text : stripAnsi(text)}`);
    else {
      const heading = `${title}  every ${seconds}s  ${when}  Ctrl-C ends`;
      stdout.write(painted([heading, '', ...marked(lines, before ?? lines, terminal.color)], screen));
    }
    before = lines;
  } while (await pause(seconds * 1000));
  return 0;
}

/** `+` before what is new or other than it was, and at the end, with `-`, what is there no more. */
function marked(lines: readonly string[], before: readonly string[], color: boolean): string[] {
  const loud = (text: string): string => (color ? reverse(text) : text);
  const old = (text: string): string => (color ? dim(text) : text);
  const gone = before.filter((line) => !lines.includes(line) && !isReplaced(line, lines));
  return [
    ...lines.map((line) => (before.includes(line) ? `  ${line}` : `+ ${loud(line)}`)),
    ...gone.map((line) => old(`- ${line}`)),
  ];
}

/** A line that begins with the same word tells of the same thing. */
function isReplaced(line: string, lines: readonly string[]): boolean {
  const subject = subjectOf(line);
  return subject !== '' && lines.some((other) => subjectOf(other) === subject);
}

function subjectOf(line: string): string {
  return /[\w.:-]+/.exec(line)?.[0] ?? '';
}

/** As much as there is room for, painted over what was there. */
function painted(lines: readonly string[], { rows, columns }: NonNullable<Terminal['screen']>): string {
  const room = Math.max(rows - 1, 1);
  const more = lines.length - room;
  const shown = more > 0 ? [...lines.slice(0, room - 1), `… ${more + 1} lines more`] : lines;
  return `${HOME}${shown.map((line) => `${cut(line, columns)}${REST_OF_LINE}\n`).join('')}${REST_OF_SCREEN}`;
}

/** The first columns of a line; its ANSI codes take none. */
function cut(line: string, columns: number): string {
  let left = columns;
  return line.replace(/\x1b\[[0-9;]*m|[^\x1b]/gu, (piece) => {
    if (piece.startsWith('\x1b')) return piece;
    left -= 1;
    return left >= 0 ? piece : '';
  });
}
