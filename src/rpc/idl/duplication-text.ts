import type { DuplicationEntry, DuplicationQueryResponse } from './duplication.ts';
import { dateTime } from './time.ts';

type Member = null | number | string | { readonly [key: string]: Member };

/**
 * A table's duplications as one line of JSON, `null` where there are none: what a meta server answers over HTTP and the
 * C++ shell shows in detail (`src/common/duplication_common.cpp duplication_query_response_to_string`).
 */
export function duplicationsText({ appid, entry_list }: DuplicationQueryResponse): string {
  if (entry_list.length === 0) return 'null';
  const numbered = entry_list.map((entry, at) => [String(at + 1), members(entry)] as const);
  return sortedJson({ ...Object.fromEntries(numbered), appid });
}

function members(entry: DuplicationEntry): Member {
  const { dupid, remote, status, create_ts, progress, partition_states, ...rest } = entry;
  const { fail_mode, remote_app_name, remote_replica_count } = rest;
  return {
    create_ts: dateTime(create_ts),
    dupid,
    remote,
    status,
    ...(fail_mode === undefined ? {} : { fail_mode }),
    ...(remote_app_name === undefined ? {} : { remote_app_name }),
    ...(remote_replica_count === undefined ? {} : { remote_replica_count }),
    ...(progress === undefined ? {} : { progress: byPartition(progress) }),
    ...(partition_states === undefined ? {} : { partition_states: byPartition(partition_states) }),
  };
}

/** An empty map prints as `null`. */
function byPartition(map: ReadonlyMap<number, Member>): Member {
  return map.size === 0 ? null : Object.fromEntries(map);
}

/** Members by the bytes of their names: `"10"` before `"2"`. */
function sortedJson(value: Member): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${sortedJson(member)}`).join(',')}}`;
}
