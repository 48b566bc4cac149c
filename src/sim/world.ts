import type { DyingDisk } from '../host/dying-disk.ts';
import { MemoryFileSystem, memoryHost } from '../host/memory-fs.ts';
import type { VolatileDisk } from '../host/volatile-disk.ts';
import { type ControlClient, createControlClient } from '../rpc/client/control.ts';
import { createMetaClient, type MetaClient, RpcError } from '../rpc/client/meta/index.ts';
import { createDataClient, type DataClient } from '../rpc/client/replica/data.ts';
import { createServersClient, type ServersClient } from '../rpc/client/servers.ts';
import type { StoredTable } from '../rpc/idl/control.ts';
import { encodeKey, keyHash, NO_BYTES } from '../rpc/idl/keys.ts';
import type { AppInfo, PartitionConfiguration } from '../rpc/idl/layer2.ts';
import { EPOCH_BEGIN } from '../rpc/idl/time.ts';
import type { Clusters } from '../rpc/transport/clusters.ts';
import { type LocalOptions, openLocal } from '../rpc/transport/local.ts';
import type { Transport } from '../rpc/transport/transport.ts';
import type { PolicyView } from './checkers/policies.ts';
import { Divergence } from './divergence.ts';
import type { FrozenCluster } from './frozen.ts';
import { KeyHistory } from './key-history.ts';
import { bytes } from './names.ts';
import type { Operation, Plan } from './operation.ts';

/** A table that the simulator made, and what it must hold. */
export interface KnownTable {
  readonly cluster: string;
  readonly appId: number;
  readonly partitions: number;
  readonly keys: Map<string, KeyHistory>;
}

/** A duplication that the simulator added. */
export interface KnownDuplication {
  readonly cluster: string;
  readonly appId: number;
  readonly dupid: number;
  readonly remote: string;
  readonly table: string;
  /** The follower has, and will have, all that the source has: nothing has happened that upstream does not survive. */
  isWhole: boolean;
}

/** A follower of a follower: a copy of what the first of all held at some time, and no more (D6). */
export interface ChainedTable {
  readonly cluster: string;
  readonly table: string;
  readonly origin: KnownTable;
}

/** A table as it was when it was backed up. */
export interface KnownBackup extends KnownTable {
  readonly name: string;
  readonly backupId: number;
}

interface Clients {
  readonly meta: MetaClient;
  readonly data: DataClient;
  readonly servers: ServersClient;
}

/** It may lose what was not synced, or take the process with it. */
export type Disk = MemoryFileSystem | VolatileDisk | DyingDisk;

export type OpenWorkspace = (options: LocalOptions) => Clusters;

/** What is broken, contrary to what Pegasus promises. */
export class Violation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Violation';
  }
}

/** A workspace in memory with the clusters of a plan, and what the simulator knows of them. */
export class World {
  readonly plan: Plan;
  disk: Disk = new MemoryFileSystem();
  /** By cluster and table name: what is there. A name that is missing is not known for sure, or not there. */
  readonly tables = new Map<string, KnownTable>();
  /** What was dropped, by cluster and app id. */
  readonly dropped = new Map<string, KnownTable & { readonly name: string }>();
  readonly duplications: KnownDuplication[] = [];
  readonly backups: KnownBackup[] = [];
  /** Clusters that may have backup policies. */
  readonly policies = new Set<string>();
  /** By cluster and policy: what was told of it last. */
  readonly policyViews = new Map<string, PolicyView>();
  /** By cluster, policy and app id: under which name a table is backed up. */
  readonly backupNames = new Map<string, string>();
  chained: readonly ChainedTable[] = [];
  /** By cluster: what there was when it was frozen by hand. */
  readonly frozen = new Map<string, FrozenCluster>();
  /** By cluster and table name: what a duplication was asked to write into. */
  private readonly targets = new Set<string>();
  /** By cluster and app id: tables that a duplication may have written into. */
  private readonly followers = new Set<string>();
  /** Servers, as faults name them, that may have found their disk broken: they go by it until they start again. */
  readonly brokenDisks = new Set<string>();
  /** Whether a disk was ever full or broken, so that a write may have been answered with nothing. */
  hasAbnormalDisks = false;
  /** By cluster and gpid: the ballot of a partition when its table was recalled last. */
  readonly recalled = new Map<string, number>();
  /** The id of the table or duplication that an operation was about. */
  readonly ids = new Map<Operation, number>();
  /** Lines of a script for operations that chose something of what they found. */
  readonly lines = new Map<Operation, string>();
  /** Tables, by cluster and app id, of which anything was changed that servers keep of a table. */
  readonly changed = new Set<string>();
  /** Tables, by cluster and app id, that were given another replica count. */
  readonly recounted = new Set<string>();
  /** Tables, by cluster and app id (or name, where that is all that is known), whose duplication was asked for a second time (D3). */
  readonly askedAgain = new Set<string>();
  /** By cluster and app id: what the `default_ttl` of a table ever was or may have been, where it was not always 0. */
  readonly defaultTtls = new Map<string, ReadonlySet<number>>();
  /** By cluster and id: duplications of tables that were split since. */
  readonly splitSince = new Set<string>();
  /** Tables, by cluster and app id, that were told to compact, be it done yet or not. */
  readonly compacted = new Set<string>();
  /** Tables, by cluster and app id, whose `replica.deny_client_request` was ever set. */
  readonly denied = new Set<string>();
  /** Tables, by cluster and app id, whose atomic operations were not made idempotent at some time. */
  readonly wereNotIdempotent = new Set<string>();
  control!: ControlClient;
  private readonly openWorkspace: OpenWorkspace;
  private process = 0;
  private engine: Clusters | undefined;
  private transport!: Transport;
  private readonly clients = new Map<string, Clients>();
  /** By cluster and gpid. */
  private readonly divergences = new Map<string, Divergence>();
  private readonly contents = new Map<string, Map<string, KeyHistory>>();
  /** Clusters where a split was asked for. */
  readonly splitting = new Set<string>();
  /** By cluster and app id: which partitions of a table are there in more than name, where some may not be. */
  private readonly layouts = new Map<string, Layout>();

  /** @param openWorkspace as each process of the plan opens it */
  constructor(plan: Plan, openWorkspace: OpenWorkspace = openLocal) {
    this.plan = plan;
    this.openWorkspace = openWorkspace;
    this.open();
  }

  /** Another process goes on with the workspace. */
  open(durability: 'group' | 'sync' = 'group'): void {
    this.close();
    const { seed } = this.plan;
    const host = memoryHost(() => 0, this.disk, ++this.process);
    this.engine = this.openWorkspace({ directory: '/w', host, clock: 'manual', seed, durability });
    this.transport = this.engine.transport('');
    this.control = createControlClient(this.transport);
    this.clients.clear();
  }

  close(): void {
    this.engine?.close();
    this.engine = undefined;
  }

  /** The process is dead: another goes on with what is on this disk. */
  die(disk: Disk): void {
    this.engine = undefined;
    this.disk = disk;
  }

  /** Seconds since 2016-01-01, as Pegasus counts expiry. */
  get seconds(): number {
    return Math.floor(this.transport.now() / 1000) - EPOCH_BEGIN;
  }

  get nowMs(): number {
    return this.transport.now();
  }

  sleep(ms: number): Promise<void> {
    return this.transport.sleep(ms);
  }

  of(cluster: string): Clients {
    const known = this.clients.get(cluster);
    if (known !== undefined) return known;
    const transport = (this.engine as Clusters).transport(cluster);
    const meta = createMetaClient(transport);
    const made = { meta, data: createDataClient(transport, meta), servers: createServersClient(transport) };
    this.clients.set(cluster, made);
    return made;
  }

  /** A client that knows where a table's partitions are goes on to use them after the table was dropped. */
  forgetClients(cluster: string): void {
    this.clients.delete(cluster);
  }

  table(cluster: string, name: string): KnownTable | undefined {
    return this.tables.get(`${cluster}/${name}`);
  }

  /** From here on nothing is known any more of what a table holds of what its source's source held. */
  forgetChained(cluster: string, name: string): void {
    this.chained = this.chained.filter((one) => one.cluster !== cluster || one.table !== name);
  }

  /** From here on a duplication may write into the table of this name, be it there already or not. */
  isWrittenInto(cluster: string, name: string): void {
    this.targets.add(`${cluster}/${name}`);
    const table = this.table(cluster, name);
    if (table !== undefined) this.followers.add(`${cluster}/${table.appId}`);
    this.tables.delete(`${cluster}/${name}`);
  }

  /** Whether others than the simulator's clients may have written into a table: nothing is known of what it holds. */
  isFollower(cluster: string, { app_id, app_name, envs }: AppInfo): boolean {
    const id = `${cluster}/${app_id}`;
    if (envs.has('duplication.master_cluster') || this.targets.has(`${cluster}/${app_name}`))
      this.followers.add(id);
    return this.followers.has(id);
  }

  history(table: KnownTable, hashKey: string): KeyHistory {
    const known = table.keys.get(hashKey);
    if (known !== undefined) return known;
    const made = new KeyHistory(this.divergenceOf(table, hashKey));
    table.keys.set(hashKey, made);
    return made;
  }

  /** What a table holds, dropped or not; one that was restored begins with what was backed up. */
  keysOf(cluster: string, app: AppInfo): Map<string, KeyHistory> {
    const id = `${cluster}/${app.app_id}`;
    const known = this.contents.get(id) ?? new Map(this.restoredKeys(cluster, app));
    this.contents.set(id, known);
    return known;
  }

  private restoredKeys(cluster: string, app: AppInfo): [string, KeyHistory][] {
    const envOf = (name: string) => app.envs.get(`restore.${name}`);
    const backup = this.backups.find(
      (one) =>
        one.cluster === envOf('cluster_name') &&
        `${one.backupId}` === envOf('backup_id') &&
        `${one.appId}` === envOf('app_id'),
    );
    const table = { cluster, appId: app.app_id, partitions: app.partition_count };
    return [...(backup?.keys ?? [])].map(([hashKey, history]) => [
      hashKey,
      history.copy(this.divergenceOf(table, hashKey)),
    ]);
  }

  /** Takes in which partitions a table has by now; a child begins as its parent is, and takes keys from it. */
  noteLayout(cluster: string, { info: { app_id }, partitions }: StoredTable): void {
    const id = `${cluster}/${app_id}`;
    const before = this.layouts.get(id) ?? [];
    const layout = layoutOf(partitions);
    this.layouts.set(id, layout);
    for (const [pidx, isThere] of layout.entries()) {
      const child = `${id}.${pidx}`;
      if (!isThere || before[pidx] !== false) continue;
      this.divergences.set(child, this.divergence(cluster, app_id, pidx - layout.length / 2).copy());
    }
    for (const [hashKey, history] of this.contents.get(id) ?? [])
      history.divergence = this.divergence(cluster, app_id, partitionOf(hashKey, layout));
  }

  divergence(cluster: string, appId: number, pidx: number): Divergence {
    const id = `${cluster}/${appId}.${pidx}`;
    const known = this.divergences.get(id) ?? new Divergence();
    this.divergences.set(id, known);
    return known;
  }

  /** Of the partition that a key belongs to. */
  divergenceOf(
    { cluster, appId, partitions }: Pick<KnownTable, 'cluster' | 'appId' | 'partitions'>,
    hashKey: string,
  ): Divergence {
    const layout = this.layouts.get(`${cluster}/${appId}`) ?? Array<boolean>(partitions).fill(true);
    return this.divergence(cluster, appId, partitionOf(hashKey, layout));
  }

  /** Whether any partition of a cluster may be found in an earlier state. */
  mayBeThePast(cluster: string): boolean {
    return [...this.divergences].some(([id, one]) => one.mayBeThePast && id.startsWith(`${cluster}/`));
  }

  /** What is stored of a cluster's tables, whoever can be asked for it. */
  async stored(cluster: string): Promise<StoredTable[]> {
    return (await this.control.storedTables({ name: cluster })).tables;
  }

  /** What is stored of the table of a name, be it known for sure what it holds or not. */
  async storedTable(cluster: string, name: string): Promise<StoredTable | undefined> {
    const stored = await this.stored(cluster);
    return stored.find(({ info }) => info.app_name === name && info.status !== 'AS_DROPPED');
  }

  /** What is stored of the partitions of the table of a name; none where there is no such table. */
  async partitionsOf(cluster: string, name: string): Promise<readonly PartitionConfiguration[]> {
    return (await this.storedTable(cluster, name))?.partitions ?? [];
  }

  /** What the meta server says there is; undefined while it does not answer. */
  async apps(cluster: string): Promise<AppInfo[] | undefined> {
    const reply = await answered(this.of(cluster).meta.listApps({ status: 'AS_INVALID' }));
    return reply?.err === 'ERR_OK' ? reply.infos : undefined;
  }
}

/** A table as it is now: nothing that is known comes to the copy any more. */
export function copyOf(table: KnownTable): KnownTable {
  const keys = [...table.keys].map(
    ([hashKey, history]) => [hashKey, history.copy(history.divergence)] as const,
  );
  return { ...table, keys: new Map(keys) };
}

/** Of each partition whether it is there: until its parent has made it, the child of a split is in name only. */
export type Layout = readonly boolean[];

export function layoutOf(partitions: readonly PartitionConfiguration[]): Layout {
  return partitions.map(isRegistered);
}

/** Whether a partition is there in more than name (`invalid_ballot`). */
export function isRegistered({ ballot }: { readonly ballot: number }): boolean {
  return ballot >= 0;
}

/** The partition that a hash key belongs to. */
export function partitionOf(hashKey: string, layout: Layout): number {
  const pidx = Number(keyHash(encodeKey(bytes(hashKey), NO_BYTES)) % BigInt(layout.length));
  return layout[pidx] === true ? pidx : pidx - layout.length / 2;
}

/** The reply of a request to a meta server; undefined where none came. */
export async function answered<R>(request: Promise<R>): Promise<R | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
