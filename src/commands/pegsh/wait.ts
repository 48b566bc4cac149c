import { MissingArgument, UsageError } from '../../errors.ts';
import {
  hasReplicas,
  isBalanced,
  isCaughtUp,
  isDuplicationIn,
  isHealthy,
  isNodeIn,
} from '../../operations/conditions.ts';
import { type Seen, type WaitReport, waitFor } from '../../operations/wait.ts';
import type { Context } from '../command.ts';
import { durationMs, durationText } from '../grammar/duration.ts';
import { readOwn, wholeNumber } from '../grammar/own.ts';
import { own } from './shared/own-command.ts';
import { statusLine } from './shared/status-line.ts';

interface Args {
  readonly kind: string;
  /** What stands after `=`. */
  readonly value: string;
  readonly table: string | undefined;
  readonly node: string | undefined;
  readonly timeoutMs: number;
}

const STATUSES = ['DS_INIT', 'DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE', 'DS_REMOVED'];
const NODE_STATES = ['running', 'stopped', 'killed', 'crashed', 'alive', 'unalive'];
const USAGE =
  'wait --for=healthy|balanced|replicas=N|dup=STATUS|caught-up|node=STATE [--table T] [--node NODE] [--timeout 5m]';

export default own<Args, WaitReport>({
  name: 'wait',
  summary: 'Let time pass until something is so; exit 1 when it is not in time.',
  usage: USAGE,
  examples: [
    'pegsh wait healthy --table temp',
    'pegsh wait --for=replicas=2 --table temp',
    'pegsh wait --for=dup=DS_LOG --table temp --timeout 10m',
    'pegsh wait --for=node=alive --node replica1',
  ],
  parse(argv, ctx) {
    const typed = readOwn(argv, {
      command: 'wait',
      words: ['[CONDITION]'],
      values: ['for', 'table', 'node', 'timeout'],
    });
    const [kind = '', value = ''] = (typed.value('for') ?? typed.words[0] ?? '').split('=', 2);
    const table = typed.value('table') ?? (ctx.session.table || undefined);
    const node = typed.value('node');
    const needsTable = kind === 'dup' || kind === 'caught-up';
    if (kind === '') throw new MissingArgument('CONDITION', 'wait needs a condition', `pegsh ${USAGE}`);
    if (needsTable && table === undefined)
      throw new UsageError(`${kind} is of a table`, 'pegsh wait … --table T');
    if (kind === 'node' && node === undefined)
      throw new UsageError('node is of a server', 'pegsh wait … --node NODE');
    return {
      kind,
      value: checkedValue(kind, value),
      table,
      node,
      timeoutMs: durationMs(typed.value('timeout') ?? '5m'),
    };
  },
  plan: async (_, { kind, value }) => ({
    action: `wait for ${value === '' ? kind : `${kind}=${value}`}`,
    counts: {},
    samples: [],
  }),
  async run(ctx, args) {
    const tell = statusLine(ctx);
    const seen = async (): Promise<Seen> => {
      const found = await look(ctx, args);
      tell(found.text);
      return found;
    };
    return waitFor(seen, ctx.meta, args.timeoutMs, ctx.signal).finally(() => tell(''));
  },
  print({ done, text, waited_ms }) {
    if (done) return { out: `${text}, after ${durationText(waited_ms)}\n` };
    return { err: `timed out after ${durationText(waited_ms)}; last seen: ${text}\n`, exitCode: 1 };
  },
});

function checkedValue(kind: string, value: string): string {
  const written = kind === 'dup' ? statusOf(value) : value;
  const choices: Readonly<Record<string, readonly string[]>> = {
    healthy: [''],
    balanced: [''],
    'caught-up': [''],
    dup: STATUSES,
    node: NODE_STATES,
  };
  if (kind === 'replicas') return String(wholeNumber(value, 'replicas='));
  const allowed = choices[kind];
  if (allowed === undefined) throw new UsageError(`nothing is known of "${kind}"`, `pegsh ${USAGE}`);
  if (allowed.includes(written)) return written;
  if (allowed.length === 1) throw new UsageError(`${kind} takes no value`);
  throw new UsageError(`${kind}= takes ${allowed.join(', ')}, not "${value}"`);
}

/** `log`, `ds_log` and `DS_LOG` are one status. */
function statusOf(value: string): string {
  const upper = value.toUpperCase();
  return upper.startsWith('DS_') ? upper : `DS_${upper}`;
}

function look(ctx: Context, { kind, value, table = '', node = '' }: Args): Promise<Seen> {
  const watched = { meta: ctx.meta, control: ctx.control, cluster: ctx.session.cluster };
  if (kind === 'healthy') return isHealthy(watched, table || undefined);
  if (kind === 'balanced') return isBalanced(watched, table || undefined);
  if (kind === 'replicas') return hasReplicas(watched, table || undefined, Number(value));
  if (kind === 'dup') return isDuplicationIn(watched, table, value);
  if (kind === 'caught-up') return isCaughtUp(watched, table);
  return isNodeIn(watched, node, value);
}
