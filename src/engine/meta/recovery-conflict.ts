import { AssertionFailure } from '../crash.ts';
import type { AppRecord } from '../documents/meta.ts';

/** Upstream compares more, which is the same in all replicas: a learner has from its primary when the table was dropped, say. */
const COMPARED = [
  'app_name',
  'partition_count',
  'max_replica_count',
  'create_second',
  'atomic_idempotent',
] as const;

/** Whether two servers tell the same of a table, but for what may differ (`server_state.cpp app_info_compatible_equal`). */
export function areCompatible(one: AppRecord, other: AppRecord): boolean {
  return COMPARED.every((field) => one[field] === other[field]);
}

/** A meta server that is told different things of a table aborts (`construct_apps`). @param node who told what is new */
export function conflict(node: string, told: AppRecord, known: AppRecord): AssertionFailure {
  const site = {
    file: 'server_state.cpp',
    line: 2475,
    function: 'construct_apps',
    thread: 'meta.default0',
  };
  const text =
    `[app_info_compatible_equal(info, *old_info)] conflict app info from (${node}) for id(${told.app_id}): ` +
    `new_info(${asText(told)}), old_info(${asText(known)})`;
  return new AssertionFailure(site, '', text);
}

/** As Thrift prints an `app_info`. */
function asText(app: AppRecord): string {
  const envs = Object.entries(app.envs).map(([key, value]) => `${key}: ${value}`);
  const fields = {
    status: 1,
    app_type: app.app_type,
    app_name: app.app_name,
    app_id: app.app_id,
    partition_count: app.partition_count,
    envs: `{${envs.sort().join(', ')}}`,
    is_stateful: app.is_stateful,
    max_replica_count: app.max_replica_count,
    expire_second: app.expire_second,
    create_second: app.create_second,
    drop_second: app.drop_second,
    duplicating: app.duplicating,
    init_partition_count: app.init_partition_count,
    is_bulk_loading: app.is_bulk_loading,
    atomic_idempotent: app.atomic_idempotent,
  };
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return `app_info(${pairs.join(', ')})`;
}
