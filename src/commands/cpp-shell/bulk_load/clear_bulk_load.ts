import { sanitize } from '../../../output/sanitize.ts';
import type { ClearBulkLoadStateResponse } from '../../../rpc/idl/bulk-load.ts';
import { planToClearLoad } from '../../dry-run/bulk-load-plan.ts';
import { mirrored } from '../../mirrored.ts';
import { readOptions, text } from '../shared/read-options.ts';
import { askedToLoad } from './asked.ts';

const USAGE = 'clear_bulk_load <-a --app_name str>';

export default mirrored<{ readonly table: string }, ClearBulkLoadStateResponse>({
  dialect: 'cpp-shell',
  name: 'clear_bulk_load',
  summary: 'Forget how the last bulk load of a table ended.',
  usage: USAGE,
  examples: ['clear_bulk_load -a temp'],
  parse(words) {
    const { table = '' } = readOptions(USAGE, words, { table: text('a', 'app_name') });
    return { table };
  },
  plan: (ctx, { table }) => planToClearLoad(ctx, table),
  run: ({ meta }, { table }) => askedToLoad('clear', meta.clearBulkLoad({ app_name: table })),
  print: ({ hint_msg }) => ({ out: `${sanitize(hint_msg)}\n` }),
});
