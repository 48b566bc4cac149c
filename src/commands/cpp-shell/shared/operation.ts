import { UsageError } from '../../../errors.ts';
import type { ClientError } from '../../../rpc/client/replica/errors.ts';
import type { Outcome, Table } from '../../../rpc/client/replica/table.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import type { AnyCommand, Context, Plan } from '../../command.ts';
import { wordBytes } from '../../grammar/words.ts';
import { mirrored, Refusal } from '../../mirrored.ts';

/** What every reply of a replica server says of itself. */
export interface Place {
  readonly app_id: number;
  readonly partition_index: number;
  readonly server: string;
  /** Of writes. */
  readonly decree?: number;
}

/** How bytes are shown: escaped, in quotes. */
export type Show = (bytes: Uint8Array) => string;

/** One data operation of the C++ shell (`src/shell/commands/data_operations.cpp`). */
export interface Operation<Args, Reply extends Place, Got extends Outcome<Reply>> {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  /** Writes also tell their decree. */
  readonly isWrite: boolean;
  /** @throws UsageError */
  parse(words: readonly string[]): Args;
  /** What a write would change. */
  plan?(ctx: Context, args: Args): Promise<Plan>;
  send(table: Table, args: Args, timeoutMs: number): Promise<Got>;
  /** What is echoed of the request before the answer. */
  header?(args: Args): string;
  /** The text of an answer; undefined when the outcome is a failure. */
  answer(outcome: Got, args: Args, show: Show): string | undefined;
  /** What is said of a failure. Default: the text of the client's error. */
  failure?(outcome: Got): string;
}

interface Parsed<Args> {
  readonly own: Args;
  readonly escapeAll: boolean;
}

interface Answered<Got> {
  readonly outcome: Got;
  readonly text: string;
}

/** A data operation as a command: the table in use, the answer, then who gave it. */
export function operation<Args, Reply extends Place, Got extends Outcome<Reply> = Outcome<Reply>>(
  spec: Operation<Args, Reply, Got>,
): AnyCommand {
  const { name, summary, usage, examples } = spec;
  return mirrored<Parsed<Args>, Answered<Got>>({
    dialect: 'cpp-shell',
    name,
    summary,
    usage,
    examples,
    isLook: !spec.isWrite,
    parse(argv, { session }) {
      needTable(session);
      return { own: spec.parse(argv), escapeAll: session.escapeAll };
    },
    ...(spec.plan && { plan: (ctx: Context, { own }: Parsed<Args>) => spec.plan!(ctx, own) }),
    async run({ data, session }, { own, escapeAll }) {
      const outcome = await spec.send(data.table(session.table), own, session.dataTimeoutMs);
      const text = spec.answer(outcome, own, shownWith(escapeAll));
      if (text !== undefined) return { outcome, text };
      const failure = spec.failure?.(outcome) ?? outcome.error.text;
      const err = `ERROR: ${failure}\n${infoBlock(outcome.reply, spec.isWrite)}`;
      throw new Refusal(codeOf(outcome.error), { out: spec.header?.(own), err });
    },
    print: ({ outcome, text }, { own }) => {
      const header = spec.header?.(own) ?? '';
      return { out: header + text + infoBlock(outcome.reply, spec.isWrite) };
    },
    json: ({ outcome }) => outcome.reply,
  });
}

/** @throws UsageError when no table is in use */
export function needTable({ table }: Context['session']): void {
  if (table === '') throw new UsageError('No app is using now\nUSAGE: use [app_name]');
}

/** The code of a client error, as `error_def.h` numbers it. */
export function codeOf({ code }: ClientError): string {
  return `PERR(${code})`;
}

/** @param escapeAll the setting of this name */
export function shownWith(escapeAll: boolean): Show {
  return (bytes) => `"${escapeBytes(bytes, escapeAll)}"`;
}

/** Bytes as parameters are echoed, whatever the settings. */
export const echoed: Show = shownWith(false);

export const NOWHERE: Place = { app_id: -1, partition_index: -1, server: '', decree: -1 };

/** Who answered; all -1 where nobody did. */
export function infoBlock(place: Place | undefined, withDecree: boolean): string {
  const { app_id, partition_index, decree, server } = place ?? NOWHERE;
  const decreeLine = withDecree ? `decree          : ${decree}\n` : '';
  return `\napp_id          : ${app_id}\npartition_index : ${partition_index}\n${decreeLine}server          : ${server}\n`;
}

/** Two words, a hash key and a sort key: what most operations take. */
export interface Key {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
}

export function keyOf(hashKey: string, sortKey: string): Key {
  return { hashKey: wordBytes(hashKey), sortKey: wordBytes(sortKey) };
}

/** Sort keys as `std::set` has them: each once, in order. */
export function sortKeysOf(words: readonly string[]): Uint8Array[] {
  return [...new Set(words)].map(wordBytes).sort(Buffer.compare);
}
