import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { ConfigRow } from '../../../rpc/idl/control.ts';
import type { Context } from '../../command.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns, fields } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

type Effect = 'now' | 'next start' | 'none';

interface Args {
  readonly name: string;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly unset: boolean;
}

interface Reply {
  readonly rows: readonly ConfigRow[];
  /** When servers take the new value; absent where nothing was changed. */
  readonly effect?: Effect;
}

export default own<Args, Reply>({
  name: 'cluster config',
  summary: "Show or change a cluster's settings, by Pegasus's own section.key names.",
  usage: 'cluster config NAME [KEY [VALUE]] [--unset KEY]',
  examples: [
    'pegsh cluster config B',
    'pegsh cluster config B security.mandatory_auth false',
    'pegsh cluster config B --unset security.mandatory_auth',
  ],
  isLook: ({ value, unset }) => value === undefined && !unset,
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'cluster config',
      words: ['NAME', '[KEY]', '[VALUE]'],
      values: ['unset'],
    });
    const [name = '', key, value] = typed.words;
    const unset = typed.value('unset');
    if (unset !== undefined && key !== undefined)
      throw new UsageError('--unset KEY stands alone: no KEY or VALUE besides');
    return { name, key: unset ?? key, value, unset: unset !== undefined };
  },
  async plan(ctx, { name, key = '', value }) {
    const row = await rowOf(ctx, name, key);
    return {
      action: sanitize(
        `set ${key} of cluster ${name} from ${row.value} to ${value ?? `${row.default_value}, the default`}`,
      ),
      counts: {},
      samples: [taken(effectOf(row), row)],
    };
  },
  async run(ctx, { name, key, value, unset }) {
    if (key !== undefined && (unset || value !== undefined)) {
      const row = await ctx.control.setConfig({ name, key, ...(value === undefined ? {} : { value }) });
      return { rows: [row], effect: effectOf(row) };
    }
    if (key !== undefined) return { rows: [await rowOf(ctx, name, key)] };
    return { rows: (await ctx.control.getConfig({ name })).rows };
  },
  print({ rows, effect }, args, { width }) {
    const [row] = rows;
    if (row === undefined || args.key === undefined) {
      const lines = rows.map((one) => [
        `${one.is_default ? '' : '*'}${one.has_effect ? '' : '-'}`,
        one.key,
        `${one.value}${one.unit}`,
        one.meaning,
      ]);
      return { out: columns(['', 'setting', 'value', 'meaning'], lines, width) };
    }
    if (effect !== undefined)
      return {
        out: `${row.key} = ${row.value}${row.is_default ? ' (the default)' : ''}: ${taken(effect, row)}\n`,
      };
    return {
      out: fields([
        ['setting', row.key],
        ['value', `${row.value}${row.unit}`],
        ['default', `${row.default_value}${row.unit}`],
        ['can change', row.is_mutable ? 'at run time' : 'when its servers start next'],
        ...(row.has_effect ? [] : [['effect here', 'none: it is only kept'] as const]),
        ['meaning', row.meaning],
      ]),
    };
  },
});

/** @throws UsageError where there is no such setting */
async function rowOf({ control }: Context, name: string, key: string): Promise<ConfigRow> {
  const row = (await control.getConfig({ name })).rows.find((one) => one.key === key);
  if (row !== undefined) return row;
  throw new UsageError(`unknown setting '${key}'`, `pegsh cluster config ${name} lists every setting`);
}

function effectOf({ has_effect, is_mutable }: ConfigRow): Effect {
  if (!has_effect) return 'none';
  return is_mutable ? 'now' : 'next start';
}

function taken(effect: Effect, { seen = 'at once' }: ConfigRow): string {
  if (effect === 'none') return 'kept, without effect here';
  return `takes effect ${effect === 'now' ? seen : 'when its servers start next'}`;
}
