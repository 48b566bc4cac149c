import type { AppRecord } from '../documents/meta.ts';
import { defaultTtlOf } from './data/expiry.ts';
import type { Replica } from './replica.ts';

/** A replica takes over what is said of its table (`replica_config.cpp update_app_envs`, `update_app_name` and others). */
export function learnTable(app: AppRecord, replica: Replica): void {
  const { ram, disk } = replica;
  takeEnvs(replica, app.envs);
  ram.duplication_master = app.duplicating === 1;
  ram.atomic_idempotent = app.atomic_idempotent === 1;
  replica.saveRam();
  const usage_scenario = app.envs['rocksdb.usage_scenario'] ?? 'normal';
  const isKnown =
    disk.app_name === app.app_name &&
    disk.max_replica_count === app.max_replica_count &&
    disk.create_second === app.create_second &&
    disk.atomic_idempotent === app.atomic_idempotent &&
    (disk.usage_scenario ?? 'normal') === usage_scenario;
  if (isKnown) return;
  disk.usage_scenario = usage_scenario;
  disk.create_second = app.create_second;
  disk.atomic_idempotent = app.atomic_idempotent;
  disk.app_name = app.app_name;
  disk.max_replica_count = app.max_replica_count;
  replica.saveDisk();
}

/** Envs of the table; a `default_ttl` that is deleted goes on until the server starts anew, as upstream's does. */
export function takeEnvs({ ram }: Replica, envs: Readonly<Record<string, string>>): void {
  ram.envs = { ...envs };
  if (envs.default_ttl !== undefined) ram.default_ttl = defaultTtlOf(envs.default_ttl);
}

/** What a learner knows of the table from its primary. */
export function learnTableFrom(primary: Replica, learner: Replica): void {
  takeEnvs(learner, primary.ram.envs);
  learner.ram.duplication_master = primary.ram.duplication_master;
  learner.ram.atomic_idempotent = primary.ram.atomic_idempotent ?? false;
  const { create_second, atomic_idempotent, usage_scenario } = primary.disk;
  Object.assign(learner.disk, { create_second, atomic_idempotent, usage_scenario });
}
