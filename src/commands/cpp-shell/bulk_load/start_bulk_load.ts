import type { StartBulkLoadResponse } from '../../../rpc/idl/bulk-load.ts';
import { planToLoad } from '../../dry-run/bulk-load-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { flag, readOptions, text } from '../shared/read-options.ts';
import { askedToLoad } from './asked.ts';

const USAGE =
  'start_bulk_load <-a --app_name str> <-c --cluster_name str> <-p --file_provider_type str> <-r --root_path> ' +
  '[-i --ingest_behind]';

const OPTIONS = {
  table: text('a', 'app_name'),
  cluster: text('c', 'cluster_name'),
  provider: text('p', 'file_provider_type'),
  root: text('r', 'root_path'),
  ingestBehind: flag('i', 'ingest_behind'),
};

interface Args {
  readonly table: string;
  readonly cluster: string;
  readonly provider: string;
  readonly root: string;
  readonly ingestBehind: boolean;
}

export default mirrored<Args, StartBulkLoadResponse>({
  dialect: 'cpp-shell',
  name: 'start_bulk_load',
  summary: 'Begin to load files of a remote storage into a table; a simulated cluster finds none.',
  usage: USAGE,
  examples: ['start_bulk_load -a temp -c onebox -p local_service -r /root'],
  parse(words) {
    const { table, cluster, provider, root, ingestBehind } = readOptions(USAGE, words, OPTIONS);
    const needed = (value: string | undefined, name: string): string => {
      if (value === undefined || value === '') throw misuse(USAGE, `${name} should not be empty\n`);
      return value;
    };
    return {
      table: needed(table, 'app_name'),
      cluster: needed(cluster, 'cluster_name'),
      provider: needed(provider, 'file_provider_type'),
      root: needed(root, 'remote_root_path'),
      ingestBehind,
    };
  },
  plan: (ctx, { table, cluster, provider, root }) =>
    planToLoad(ctx, table, `${provider} ${root}/${cluster}/${table}`),
  run: ({ meta }, { table, cluster, provider, root, ingestBehind }) =>
    askedToLoad(
      'start',
      meta.startBulkLoad({
        app_name: table,
        cluster_name: cluster,
        file_provider_type: provider,
        remote_root_path: root,
        ingest_behind: ingestBehind,
      }),
    ),
  print: () => ({ out: 'start bulk load succeed\n' }),
});
