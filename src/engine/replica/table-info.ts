import type { AppRecord } from '../documents/meta.ts';
import type { Envs } from '../documents/replica.ts';
import { defaultTtlOf } from './data/expiry.ts';
import type { Replica } from './replica.ts';

const INGESTION = 'rocksdb.allow_ingest_behind';

/** A replica takes over what is said of its table (`replica_config.cpp update_app_envs`, `update_app_name` and others). */
export function learnTable(app: AppRecord, replica: Replica): void {
  const { ram, disk } = replica;
  const { allow_ingest_behind } = disk;
  const isKnown =
    disk.app_name === app.app_name &&
    disk.max_replica_count === app.max_replica_count &&
    disk.create_second === app.create_second &&
    disk.atomic_idempotent === app.atomic_idempotent;
  if (!isKnown) storeTable(app, replica);
  takeEnvs(replica, app.envs);
  ram.duplication_master = app.duplicating === 1;
  ram.atomic_idempotent = app.atomic_idempotent === 1;
  replica.saveRam();
  const usage_scenario = app.envs['rocksdb.usage_scenario'] ?? 'normal';
  const isUsedSo = (disk.usage_scenario ?? 'normal') === usage_scenario;
  if (isKnown && isUsedSo && disk.allow_ingest_behind === allow_ingest_behind) return;
  disk.usage_scenario = usage_scenario;
  replica.saveDisk();
}

/** `.app-info` is written anew; of the envs, it has what the replica began with (`replica.cpp store_app_info`). */
function storeTable(app: AppRecord, { ram, disk, firstEnvs }: Replica): void {
  disk.create_second = app.create_second;
  disk.atomic_idempotent = app.atomic_idempotent;
  disk.app_name = app.app_name;
  disk.max_replica_count = app.max_replica_count;
  disk.duplicating = ram.duplicating ?? disk.duplicating;
  disk.allow_ingest_behind = firstEnvs[INGESTION];
}

/** The envs that a new replica begins with. While its process runs, a meta server without state is told of these. */
export function beginWithEnvs({ ram, disk, server, appId }: Replica, envs: Envs): void {
  ram.envs = server.envs.refOf(appId, envs);
  ram.first_envs = ram.envs;
  disk.allow_ingest_behind = envs[INGESTION];
}

/** The same of one that was found on the disk: `.app-info` has one of them (`replication_app_base.cpp replica_app_info::store`). */
export function beginWithStoredEnvs(replica: Replica): void {
  const { allow_ingest_behind } = replica.disk;
  if (allow_ingest_behind !== undefined) beginWithEnvs(replica, { [INGESTION]: allow_ingest_behind });
}

/** Envs of the table; a `default_ttl` that is deleted goes on until the server starts anew, as upstream's does. */
function takeEnvs(replica: Replica, envs: Envs): void {
  const { ram, disk, server, appId } = replica;
  if (allowsIngestion(envs) !== allowsIngestion(replica.envs)) disk.allow_ingest_behind = envs[INGESTION];
  ram.envs = server.envs.refOf(appId, envs);
  if (envs.default_ttl !== undefined) ram.default_ttl = defaultTtlOf(envs.default_ttl);
}

function allowsIngestion(envs: Envs): boolean {
  return envs[INGESTION]?.toLowerCase() === 'true';
}

/** A proposal says whether its table is duplicated; nothing is written of it (`replica_config.cpp on_config_proposal`). */
export function hearWhetherDuplicated(app: AppRecord, replica: Replica): void {
  const isDuplicating = app.duplicating === 1;
  if (takesForDuplicated(replica) === isDuplicating) return;
  replica.ram.duplicating = isDuplicating;
  replica.saveRam();
}

/** Upstream's `_app_info.duplicating`, which may be ahead of what is stored. */
export function takesForDuplicated({ ram, disk }: Replica): boolean {
  return ram.duplicating ?? disk.duplicating;
}

/** What a learner knows of the table from its primary. */
export function learnTableFrom(primary: Replica, learner: Replica): void {
  takeEnvs(learner, primary.envs);
  learner.ram.duplication_master = takesForDuplicated(primary);
  learner.ram.atomic_idempotent = primary.ram.atomic_idempotent ?? false;
  const { create_second, atomic_idempotent, usage_scenario } = primary.disk;
  Object.assign(learner.disk, { create_second, atomic_idempotent, usage_scenario });
}
