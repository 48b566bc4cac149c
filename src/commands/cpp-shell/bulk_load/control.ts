import type { BulkLoadControlType, ControlBulkLoadResponse } from '../../../rpc/idl/bulk-load.ts';
import type { AnyCommand } from '../../command.ts';
import { type GetoptResult, isSet, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { parseGetopt } from '../shared/options.ts';
import { askedToLoad } from './asked.ts';

interface Args {
  readonly table: string;
  readonly type: BulkLoadControlType;
}

/** @throws UsageError where no table is named */
export function tableOf(usage: string, options: GetoptResult): string {
  const table = optionValue(options, 'a') ?? '';
  if (table === '') throw misuse(usage, 'app_name should not be empty\n');
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
      const options = parseGetopt(
        usage,
        words,
        isCancel
          ? { short: 'a:f', long: { a: 'app_name', f: 'forced' } }
          : { short: 'a:', long: { a: 'app_name' } },
      );
      const type = isSet(options, 'f') ? 'BLC_FORCE_CANCEL' : TYPES[verb];
      return { table: tableOf(usage, options), type };
    },
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
