import type { BulkLoadControlType, ControlBulkLoadResponse } from '../../../rpc/idl/bulk-load.ts';
import type { AnyCommand } from '../../command.ts';
import { planToControlLoad } from '../../dry-run/bulk-load-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { flag, readOptions, text } from '../shared/read-options.ts';
import { askedToLoad } from './asked.ts';

interface Args {
  readonly table: string;
  readonly type: BulkLoadControlType;
}

/** @throws UsageError where no table is named */
export function needName(usage: string, table: string | undefined): string {
  if (table === undefined || table === '') throw misuse(usage, 'app_name should not be empty\n');
  return table;
}

/** `pause_bulk_load`, `restart_bulk_load` and `cancel_bulk_load`. */
export function controlBulkLoad(verb: 'pause' | 'restart' | 'cancel', summary: string): AnyCommand {
  const name = `${verb}_bulk_load`;
  const isCancel = verb === 'cancel';
  const usage = `${name} <-a --app_name str>${isCancel ? ' [-f --forced]' : ''}`;
  return mirrored<Args, ControlBulkLoadResponse>({
    dialect: 'cpp-shell',
    name,
    summary,
    usage,
    examples: [`${name} -a temp`],
    parse(words) {
      const named = { table: text('a', 'app_name') };
      const { table, forced } = isCancel
        ? readOptions(usage, words, { ...named, forced: flag('f', 'forced') })
        : { ...readOptions(usage, words, named), forced: false };
      return { table: needName(usage, table), type: forced ? 'BLC_FORCE_CANCEL' : TYPES[verb] };
    },
    plan: (ctx, { table }) => planToControlLoad(ctx, table, verb),
    run: ({ meta }, { table, type }) =>
      askedToLoad(verb, meta.controlBulkLoad({ app_name: table, type }), ({ code }) =>
        code === 'ERR_INVALID_STATE' && type === 'BLC_CANCEL'
          ? 'you can force cancel bulk load by using "-f"\n'
          : '',
      ),
    print: () => ({ out: `${verb} bulk load succeed\n` }),
  });
}

const TYPES = { pause: 'BLC_PAUSE', restart: 'BLC_RESTART', cancel: 'BLC_CANCEL' } as const;
