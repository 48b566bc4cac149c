import { dim, reverse, stripAnsi } from './ansi.ts';

/** Where it is painted. */
export interface Canvas {
  write(text: string): void;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal that can be painted on. */
export interface Screen {
  readonly size: Size;
  /** Calls back when the size has changed, until the returned function is called. */
  onResize(listener: () => void): () => void;
}

const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';

/** Looks at something that changes, painted one over the other, with what has changed marked. */
export class LiveScreen {
  readonly #canvas: Canvas;
  readonly #screen: Screen;
  readonly #color: boolean;
  #before: readonly string[] | undefined;
  #shown: readonly string[] = [];
  /** Nothing is painted any more. */
  readonly end: () => void;

  constructor(canvas: Canvas, screen: Screen, color: boolean) {
    this.#canvas = canvas;
    this.#screen = screen;
    this.#color = color;
    this.end = screen.onResize(() => this.#repaint());
  }

  /** As much as there is room for; the text loses its own colours. */
  paint(heading: string, text: string): void {
    const lines = stripAnsi(text).trimEnd().split('\n');
    this.#shown = [heading, '', ...marked(lines, this.#before ?? lines, this.#color)];
    this.#before = lines;
    this.#repaint();
  }

  #repaint(): void {
    this.#canvas.write(painted(this.#shown, this.#screen.size));
  }
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
function painted(lines: readonly string[], { rows, columns }: Size): string {
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
