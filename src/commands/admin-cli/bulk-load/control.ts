import { sanitize } from '../../../output/sanitize.ts';
import type { BulkLoadControlType } from '../../../rpc/idl/bulk-load.ts';
import type { AnyCommand } from '../../command.ts';
import { planToControlLoad } from '../../dry-run/bulk-load-plan.ts';
import { boolFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Args {
  readonly table: string;
  readonly type: BulkLoadControlType;
}

/** `bulk-load pause`, `bulk-load restart` and `bulk-load cancel` (`executor/bulk_load.go`). */
export function controlBulkLoad(verb: 'pause' | 'restart' | 'cancel'): AnyCommand {
  const isCancel = verb === 'cancel';
  return grumbleCommand<Args, { readonly table: string }>({
    name: `bulk-load ${verb}`,
    help: `${verb} bulk load for a specific table`,
    usage: `${verb} <-a|--tableName TABLE_NAME>${isCancel ? ' [-f|--forced FORCED]' : ''}`,
    flags: [TABLE_FLAG, ...(isCancel ? [boolFlag('f', 'forced', 'force cancel bulk load')] : [])],
    examples: [`bulk-load ${verb} -a temp`],
    parse: (parsed) => ({
      table: tableOf(parsed),
      type: parsed.flags.get('forced') === true ? 'BLC_FORCE_CANCEL' : TYPES[verb],
    }),
    plan: (ctx, { table }) => planToControlLoad(ctx, table, verb),
    async run({ meta }, { table, type }) {
      await answered('ControlBulkLoad', meta.controlBulkLoad({ app_name: table, type }));
      return { table };
    },
    print: ({ table }) => ({ out: `Table ${sanitize(table)} ${verb} bulk load succeed\n` }),
  });
}

const TYPES = { pause: 'BLC_PAUSE', restart: 'BLC_RESTART', cancel: 'BLC_CANCEL' } as const;
