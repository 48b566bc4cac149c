import type {
  AddNewDiskRequest,
  AddNewDiskResponse,
  DiskInfo,
  QueryDiskInfoRequest,
  QueryDiskInfoResponse,
} from '../../rpc/idl/replica-admin.ts';
import type { Gpid } from '../../rpc/idl/schema.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import { parseDataDirs } from './data-dirs.ts';
import { capacityOf, disksOf, measuring, roomOf } from './disks.ts';
import type { ReplicaServer } from './replica-server.ts';

/** `query_disk_info`: as the disks were measured last, so that a young server tells of no replicas (`replica_stub.cpp on_query_disk_info`). */
export function queryDiskInfo(
  server: ReplicaServer,
  request: QueryDiskInfoRequest,
): LongReply<QueryDiskInfoResponse> {
  return new LongReply(tellingOfDisks(server, request));
}

function* tellingOfDisks(
  server: ReplicaServer,
  { app_name }: QueryDiskInfoRequest,
): Steps<QueryDiskInfoResponse> {
  const appIds = yield* tablesNamed(server, app_name);
  if (app_name !== '' && appIds.size === 0) {
    return { err: 'ERR_OBJECT_NOT_FOUND', total_capacity_mb: 0, total_available_mb: 0, disk_infos: [] };
  }
  const isMeant = (appId: number): boolean => app_name === '' || appIds.has(appId);
  const stat = yield* measuring(server);
  const disk_infos: DiskInfo[] = [];
  for (const { tag, directory } of disksOf(server)) {
    const holding_primary_replicas = yield* holding(stat?.primaries, tag, isMeant);
    const holding_secondary_replicas = yield* holding(stat?.secondaries, tag, isMeant);
    disk_infos.push({
      ...infoOf(server, tag, directory),
      holding_primary_replicas,
      holding_secondary_replicas,
    });
  }
  const sum = (of: (info: DiskInfo) => number) => disk_infos.reduce((total, info) => total + of(info), 0);
  return {
    err: 'ERR_OK',
    total_capacity_mb: sum((info) => info.disk_capacity_mb),
    total_available_mb: sum((info) => info.disk_available_mb),
    disk_infos,
  };
}

/** Ids that its replicas have for a table of that name; of no name, none. */
function* tablesNamed(server: ReplicaServer, name: string): Steps<ReadonlySet<number>> {
  const appIds = new Set<number>();
  if (name === '') return appIds;
  for (const { appId, disk, isClosing } of server.holding()) {
    if (disk.app_name === name && !isClosing) appIds.add(appId);
    yield;
  }
  return appIds;
}

/** `add_new_disk`: one more until the server starts anew, as it is not written into the configuration. */
export function addNewDisk(server: ReplicaServer, { disk_str }: AddNewDiskRequest): AddNewDiskResponse {
  const parsed = parseDataDirs(disk_str);
  if (typeof parsed === 'string') {
    return { err: 'ERR_INVALID_PARAMETERS', err_hint: `invalid str(${disk_str}), err_msg: ${parsed}` };
  }
  const added = parsed.map(({ tag, directory }) => ({ tag, directory: `${directory}/replica/reps` }));
  const known = disksOf(server);
  for (const dir of added) {
    if (known.some(({ tag, directory }) => tag === dir.tag || directory === dir.directory)) {
      const hint = `data_dir(${dir.directory}) tag(${dir.tag}) already exist`;
      return { err: 'ERR_NODE_ALREADY_EXIST', err_hint: hint };
    }
  }
  server.saveProcess({ ...server.process, added_disks: [...(server.process.added_disks ?? []), ...added] });
  return { err: 'ERR_OK' };
}

function infoOf(server: ReplicaServer, tag: string, full_dir: string) {
  // One that was added since is not measured yet.
  const available = roomOf(server).available_mb[tag];
  const capacity = available === undefined ? 0 : capacityOf(server);
  return { tag, full_dir, disk_capacity_mb: capacity, disk_available_mb: available ?? 0 };
}

/** Those of some replicas that are on one disk, by table. */
function* holding(
  gpids: ReadonlyMap<string, string> = new Map(),
  tag: string,
  isMeant: (appId: number) => boolean,
): Steps<Map<number, Set<Gpid>>> {
  const byTable = new Map<number, Set<Gpid>>();
  for (const [gpid, on] of gpids) {
    yield;
    const [app_id, partition_index] = gpid.split('.').map(Number) as [number, number];
    if (on !== tag || !isMeant(app_id)) continue;
    byTable.set(app_id, (byTable.get(app_id) ?? new Set()).add({ app_id, partition_index }));
  }
  return byTable;
}
