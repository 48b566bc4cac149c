import type { PartitionSample, Sample } from '../../../operations/duplication-watch.ts';
import { bold, green, red, yellow } from '../../../output/ansi.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { dateTime } from '../../../output/time.ts';
import type { Terminal } from '../../command.ts';
import { columns } from '../columns.ts';

const HEAD = ['partition', 'primary', 'committed', 'shipped', 'confirmed', 'lag', 'seconds', 'bytes', ''];

const UP_AND_CLEAR = (lines: number): string => `\x1b[${lines}A\x1b[J`;

/** Draws one frame over the last. */
export class Screen {
  readonly #terminal: Pick<Terminal, 'stdout'>;
  #drawn = 0;

  constructor(terminal: Pick<Terminal, 'stdout'>) {
    this.#terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    const up = this.#drawn === 0 ? '' : UP_AND_CLEAR(this.#drawn);
    this.#terminal.stdout.write(`${up}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }
}

/** The lines of one look, none wider than the terminal: what wraps cannot be drawn over. */
export function frameOf(
  samples: readonly Sample[],
  table: string | undefined,
  { color, width }: Pick<Terminal, 'color' | 'width'>,
): string[] {
  const first = samples[0];
  if (first === undefined) return [`no duplication${table === undefined ? 's' : ` of ${table}`}`];
  const lines = samples.flatMap((sample) => {
    const { decrees, seconds, bytes, status, verdict } = sample;
    const where = `${sample.table} -> ${sample.remote}/${sample.remote_table} (${sample.dupid})`;
    const lag = `lag ${decrees} decrees, ${seconds} s, ${bytes} bytes`;
    const title = cut(sanitize(`${where}: ${status}, ${verdict.toUpperCase()}, ${lag}`), width);
    const why = cut(sanitize(`  ${sample.reason}`), width);
    const rows = columns(HEAD, sample.partitions.map(rowOf)).trimEnd().split('\n');
    return [color ? paint(verdict, title) : title, why, ...rows.map((row) => cut(`  ${row}`, width)), ''];
  });
  const head = cut(`${dateTime(first.time_ms)}   Ctrl-C ends`, width);
  return [color ? bold(head) : head, ...lines];
}

function rowOf(one: PartitionSample): (string | number)[] {
  const decree = (value: number): string => (value < 0 ? '-' : `${value}`);
  return [
    one.pidx,
    one.primary || 'none',
    decree(one.committed),
    decree(one.shipped),
    decree(one.confirmed),
    one.decrees,
    one.seconds,
    one.bytes,
    one.error,
  ];
}

function cut(line: string, width: number): string {
  return line.length < width ? line : `${line.slice(0, width - 2)}…`;
}

function paint(verdict: Sample['verdict'], text: string): string {
  if (verdict === 'blocked') return red(text);
  return verdict === 'ok' ? green(text) : yellow(text);
}
