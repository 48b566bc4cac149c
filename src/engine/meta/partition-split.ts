import type { QuerySplitRequest, QuerySplitResponse } from '../../rpc/idl/partition-split.ts';
import type { MetaServer } from './meta-server.ts';

/** `query_partition_split`: no table of this cluster is ever split (`meta_split_service.cpp`; cluster-engine.md 2.13). */
export function querySplit(meta: MetaServer, { app_name }: QuerySplitRequest): QuerySplitResponse {
  const answer = { new_partition_count: 0, status: new Map() };
  if (meta.tree.appNamed(app_name) === undefined) {
    return { ...answer, err: 'ERR_APP_NOT_EXIST', hint_msg: `app(${app_name}) not existed` };
  }
  return { ...answer, err: 'ERR_INVALID_STATE', hint_msg: `app(${app_name}) is not splitting` };
}
