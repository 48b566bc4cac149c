import type { BackupOperation } from '../operation.ts';
import { answered, copyOf, type KnownTable, type World } from '../world.ts';
import { lookAtTables } from './tables.ts';

export const PROVIDER = 'local_service';
/** How often it is asked how far a backup is, and how long it may take. */
const PERIOD_MS = 10_000;
const LONGEST_MS = 180_000;

type Of<K> = Extract<BackupOperation, { readonly kind: K }>;

/** Backs a table up, during which nothing else is done, or makes a table of a backup. */
export async function applyBackup(world: World, operation: BackupOperation): Promise<void> {
  if (operation.kind === 'backup') await backUp(world, operation);
  else await restore(world, operation);
}

async function backUp(world: World, operation: Of<'backup'>): Promise<void> {
  const { cluster, table: name } = operation;
  const table = world.table(cluster, name);
  if (table === undefined) return;
  const { meta } = world.of(cluster);
  const fromMs = world.nowMs;
  const request = { backup_provider_type: PROVIDER, app_id: table.appId };
  const backupId = (await answered(meta.startBackupApp(request)))?.backup_id;
  if (backupId !== undefined && (await isDone(world, table, backupId)))
    world.backups.push({ ...copyOf(table), name, backupId });
  const passedMs = world.nowMs - fromMs;
  world.lines.set(operation, `backup ${table.appId} ${PROVIDER}\nclock advance ${passedMs}ms`);
}

async function isDone(world: World, { cluster, appId }: KnownTable, backupId: number): Promise<boolean> {
  const { meta } = world.of(cluster);
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += PERIOD_MS) {
    await world.sleep(PERIOD_MS);
    const reply = await answered(meta.queryBackupStatus({ app_id: appId, backup_id: backupId }));
    const [backup] = reply?.backup_items ?? [];
    if (backup?.is_backup_failed === true) return false;
    if (backup !== undefined && backup.end_time_ms > 0) return true;
  }
  return false;
}

/** Also a request without answer may have been done: what a table is made of stands in its envs. */
async function restore(world: World, operation: Of<'restore'>): Promise<void> {
  const { cluster, table, choice } = operation;
  // A table of another cluster wants as many replicas as it had.
  const serversOf = (name: string) => world.plan.clusters.find((one) => one.name === name)?.replicas ?? 0;
  const backups = world.backups.filter((one) => serversOf(one.cluster) <= serversOf(cluster));
  const backup = backups[choice % backups.length];
  if (backup === undefined) return;
  const { cluster: source, name, appId, backupId } = backup;
  await answered(
    world.of(cluster).meta.startRestore({
      cluster_name: source,
      policy_name: '',
      time_stamp: backupId,
      app_name: name,
      app_id: appId,
      new_app_name: table,
      backup_provider_name: PROVIDER,
      skip_bad_partition: false,
    }),
  );
  world.lines.set(
    operation,
    `restore_app -c ${source} -a ${name} -i ${appId} -n ${table} -t ${backupId} -b ${PROVIDER}`,
  );
  await lookAtTables(world, cluster);
}
