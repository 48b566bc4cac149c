import type { Context } from '../../command.ts';
import { queryConfig } from './config-query.ts';
import { parseGoJson } from './go-json.ts';
import { httpGet } from './http-get.ts';
import { refused } from './meta-call.ts';
import { serversOf } from './servers.ts';

/**
 * The version in which a table's data is stored, of which all replica servers are asked (`executor/table_version.go`).
 *
 * @returns '' where no server holds a replica of it
 * @throws Refusal
 */
export async function dataVersionOf(ctx: Context, table: string): Promise<string> {
  const { app_id } = await queryConfig(ctx, table);
  const servers = await serversOf(ctx, 'replica', '');
  const asked = servers.map((server) => httpGet(ctx, server, `/replica/data_version?app_id=${app_id}`));
  const versions = new Set<string>();
  for (const fetched of await Promise.all(asked)) {
    if ('failure' in fetched) throw invalid(fetched.failure);
    const parsed = parseGoJson(fetched.body);
    if ('error' in parsed) throw invalid(parsed.error);
    const byPartition = parsed.value as Readonly<Record<string, { readonly data_version: string }>>;
    for (const { data_version } of Object.values(byPartition)) versions.add(data_version);
  }
  if (versions.size > 1) throw invalid('replica versions are not consistent');
  return [...versions][0] ?? '';
}

function invalid(text: string) {
  return refused('ERR_INVALID_DATA', text);
}
