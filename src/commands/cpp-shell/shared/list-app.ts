import type { QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import type { ConfigurationListAppsRequest } from '../../../rpc/idl/tables.ts';
import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from './app-name.ts';
import { callMeta, orRefuse } from './meta-call.ts';

/** How upstream's client asks for the tables that there are (`replication_ddl_client::list_apps`). */
export const AVAILABLE: ConfigurationListAppsRequest = {
  status: 'AS_AVAILABLE',
  app_name_pattern: '',
  match_type: 'PMT_MATCH_ALL',
};

/**
 * The partitions of a table. Of a name that none can have upstream's client says so itself, before it asks
 * (`replication_ddl_client::list_app`).
 *
 * @param failed what the command says of a failure
 * @throws Refusal
 */
export async function listApp(
  { meta }: Context,
  name: string,
  failed: (code: string) => string,
): Promise<QueryCfgResponse> {
  if (!isAppName(name)) {
    const code = 'ERR_INVALID_PARAMETERS';
    throw new Refusal(code, { err: invalidName('app_name', name) + failed(code), exitCode: 2 });
  }
  return orRefuse(callMeta(meta.queryConfig({ app_name: name, partition_indices: [] })), ({ code }) => ({
    err: failed(code),
  }));
}
