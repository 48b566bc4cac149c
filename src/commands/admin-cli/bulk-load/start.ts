import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { planToLoad } from '../../dry-run/bulk-load-plan.ts';
import { textFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG } from '../shared/table-flag.ts';

interface Args {
  readonly table: string;
  readonly cluster: string;
  readonly provider: string;
  readonly root: string;
}

/** Loads files of a remote storage into a table (`executor/bulk_load.go`); a simulated cluster finds none. */
export default grumbleCommand<Args, { readonly table: string }>({
  name: 'bulk-load start',
  help: 'start bulk load for a specific table',
  usage:
    'start <-a|--tableName TABLE_NAME> <-c|--clusterName CLUSTER_NAME> <-p|--providerType PROVIDER_TYPE> <-r|--rootPath ROOT_PATH>',
  flags: [
    TABLE_FLAG,
    textFlag('c', 'clusterName', 'cluster name'),
    textFlag('p', 'providerType', 'remote provider type'),
    textFlag('r', 'rootPath', 'remote root path'),
  ],
  examples: ['bulk-load start -a temp -c onebox -p local_service -r /root'],
  parse({ flags }) {
    const needed = (name: string): string => {
      const value = String(flags.get(name));
      if (value === '') throw new UsageError(`${name} cannot be empty`);
      return value;
    };
    return {
      table: needed('tableName'),
      cluster: needed('clusterName'),
      provider: needed('providerType'),
      root: needed('rootPath'),
    };
  },
  plan: (ctx, { table, cluster, provider, root }) =>
    planToLoad(ctx, table, `${provider} ${root}/${cluster}/${table}`),
  async run({ meta }, { table, cluster, provider, root }) {
    const request = {
      app_name: table,
      cluster_name: cluster,
      file_provider_type: provider,
      remote_root_path: root,
      ingest_behind: false,
    };
    await answered('StartBulkLoad', meta.startBulkLoad(request));
    return { table };
  },
  print: ({ table }) => ({ out: `Table ${sanitize(table)} start bulk load succeed\n` }),
});
