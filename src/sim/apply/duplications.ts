import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import { checkHealth } from '../checkers/configuration.ts';
import { checkReply } from '../checkers/duplications.ts';
import { look } from '../checkers/snapshot.ts';
import { clearAndStart } from '../clear-and-start.ts';
import type { DuplicationOperation } from '../operation.ts';
import { answered, type KnownDuplication, type World } from '../world.ts';

/** A full duplication ships well within this, where nothing comes between. */
const CALM_MS = 180_000;

/** Does a duplication operation on the table's first duplication. */
export async function applyDuplication(world: World, operation: DuplicationOperation): Promise<void> {
  if (operation.kind === 'add_dup') return add(world, operation);
  const { cluster, table } = operation;
  const [entry] = (await entriesOf(world, cluster, table)) ?? [];
  if (entry === undefined) return;
  world.ids.set(operation, entry.dupid);
  if (operation.kind === 'remove_dup' || operation.kind === 'set_dup_fail_mode')
    giveUp(world, cluster, table);
  const { meta } = world.of(cluster);
  const change = changeOf(operation);
  const reply = await answered(meta.modifyDuplication({ app_name: table, dupid: entry.dupid, ...change }));
  if (reply !== undefined && change.status !== undefined) checkReply(entry.status, change.status, reply.err);
}

function changeOf(operation: Exclude<DuplicationOperation, { kind: 'add_dup' }>) {
  switch (operation.kind) {
    case 'pause_dup':
      return { status: 'DS_PAUSE' } as const;
    case 'start_dup':
      return { status: 'DS_LOG' } as const;
    case 'remove_dup':
      return { status: 'DS_REMOVED' } as const;
    case 'set_dup_fail_mode':
      return { fail_mode: operation.failMode };
  }
}

async function add(
  world: World,
  operation: Extract<DuplicationOperation, { kind: 'add_dup' }>,
): Promise<void> {
  const { cluster, table, remote, full } = operation;
  if (!world.plan.clusters.some(({ name }) => name === remote)) return;
  const source = world.table(cluster, table);
  const known = await entriesOf(world, cluster, table);
  const isNew = known?.length === 0 && (await isFree(world, remote, table));
  if (!isNew) await noteAskedAgain(world, cluster, table);
  world.isWrittenInto(remote, table);
  world.forgetChained(remote, table);
  if (operation.calm) await calmDown(world);
  await answered(
    world.of(cluster).meta.addDuplication({
      app_name: table,
      remote_cluster_name: remote,
      is_duplicating_checkpoint: full,
    }),
  );
  if (operation.calm) await world.sleep(CALM_MS);
  const [entry] = (await entriesOf(world, cluster, table)) ?? [];
  if (!full || !operation.calm || !isNew || entry?.status !== 'DS_LOG') return;
  const { dupid } = entry;
  if (source === undefined) return noteChained(world, operation);
  world.duplications.push({ cluster, appId: source.appId, dupid, remote, table, isWhole: true });
}

/** A follower passes on its own master, so that who follows it copies from there; what it is sent goes no further. */
async function noteChained(
  world: World,
  { cluster, table, remote }: Extract<DuplicationOperation, { kind: 'add_dup' }>,
): Promise<void> {
  const apps = await world.apps(cluster);
  const app = apps?.find(({ app_name, status }) => app_name === table && status === 'AS_AVAILABLE');
  const master = app?.envs.get('duplication.master_cluster');
  const origin = master === undefined ? undefined : world.table(master, table);
  if (origin !== undefined) world.chained = [...world.chained, { cluster: remote, table, origin }];
}

/** By name too, where nobody says which table that is. */
async function noteAskedAgain(world: World, cluster: string, table: string): Promise<void> {
  const app = (await world.apps(cluster))?.find(
    ({ app_name, status }) => app_name === table && status === 'AS_AVAILABLE',
  );
  world.askedAgain.add(`${cluster}/${app?.app_id ?? table}`);
}

/** Nothing is broken while a duplication gets going. */
async function calmDown(world: World): Promise<void> {
  await clearAndStart(world);
  await world.sleep(60_000);
  for (let i = 0; i < 20 && !(await isHealthy(world)); i++) await world.sleep(60_000);
}

async function isHealthy(world: World): Promise<boolean> {
  return (await look(world)).every((view) => checkHealth(view).length === 0);
}

async function isFree(world: World, cluster: string, table: string): Promise<boolean> {
  const apps = await world.apps(cluster);
  return apps?.every((app) => app.app_name !== table || app.status !== 'AS_AVAILABLE') === true;
}

/** Undefined while nobody answers. */
async function entriesOf(
  world: World,
  cluster: string,
  table: string,
): Promise<DuplicationEntry[] | undefined> {
  const reply = await answered(world.of(cluster).meta.queryDuplication({ app_name: table }));
  return reply === undefined ? undefined : (reply.entry_list ?? []);
}

/** From here on a duplication's follower may lack something. */
export function giveUp(world: World, cluster: string, table: string): void {
  for (const duplication of affectedBy(world, cluster, table)) duplication.isWhole = false;
  world.forgetChained(cluster, table);
}

function affectedBy(world: World, cluster: string, table: string): KnownDuplication[] {
  return world.duplications.filter(
    (known) => known.table === table && (known.cluster === cluster || known.remote === cluster),
  );
}
