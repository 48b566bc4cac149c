import type { DuplicationEntry, DuplicationQueryResponse } from './duplication.ts';
import { dateTime } from './time.ts';

type Member = null | number | string | { readonly [key: string]: Member };

/**
 * A table's duplications as one line of JSON, `null` where there are none: what a meta server answers over HTTP and the
 * C++ shell shows in detail (`src/common/duplication_common.cpp duplication_query_response_to_string`).
 */
export function duplicationsText(response: DuplicationQueryResponse): string {
  return [...duplicationsPieces(response)].join('');
}

/** The same, piece by piece. */
export function* duplicationsPieces({ appid, entry_list }: DuplicationQueryResponse): Pieces {
  if (entry_list.length === 0) {
    yield 'null';
    return;
  }
  const numbered = entry_list.map((entry, at) => [String(at + 1), members(entry)] as const);
  yield* sortedJson({ ...Object.fromEntries(numbered), appid });
}

type Pieces = Generator<string, void, void>;

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
function* sortedJson(value: Member): Pieces {
  if (value === null || typeof value !== 'object') {
    yield JSON.stringify(value);
    return;
  }
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  let before = '{';
  for (const [key, member] of sorted) {
    yield `${before}${JSON.stringify(key)}:`;
    yield* sortedJson(member);
    before = ',';
  }
  yield sorted.length === 0 ? '{}' : '}';
}
