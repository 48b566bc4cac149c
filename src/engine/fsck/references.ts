import { directoryOf } from '../address.ts';
import { type ClusterRecord, clusterDocumentSchema, type NodeRecord } from '../documents/cluster.ts';
import {
  type AppRecord,
  appNodeSchema,
  appSchema,
  type MetaProcess,
  metaMemorySchema,
} from '../documents/meta.ts';
import {
  type ClosedReplica,
  type EnvsRef,
  envsSchema,
  mutationSchema,
  type ReplicaDisk,
  replicaDiskSchema,
  replicaMemorySchema,
} from '../documents/replica.ts';
import { type WorkspaceSettings, workspaceSchema } from '../documents/universe.ts';
import { hasPartitions } from '../meta/meta-server.ts';
import { checkpointFile, newestCheckpoint } from '../replica/checkpoint-name.ts';
import { closedOf } from '../replica/closed-replicas.ts';
import { DecreeIndex } from '../replica/decree-index.ts';
import { checkEnd, checkLength, lastDecreeOf, lengthOf } from '../replica/private-log.ts';
import { Damage } from '../storage/damage.ts';
import { attempt, type Files } from './files.ts';
import { type Finding, findingOf, leftOver, missing } from './finding.ts';
import { processSchema } from './layout.ts';

/** What the files of a workspace say of each other and is not so. Nothing is said of files in `damaged`. */
export function checkReferences(files: Files, damaged: ReadonlySet<string>): Finding[] {
  return [...new References(files, damaged).check()];
}

class References {
  readonly #files: Files;
  readonly #damaged: ReadonlySet<string>;
  /** Files that something refers to. */
  readonly #needed = new Set(['agenda.json', 'faults.json']);

  constructor(files: Files, damaged: ReadonlySet<string>) {
    this.#files = files;
    this.#damaged = damaged;
  }

  *check(): Generator<Finding> {
    const path = 'workspace.json';
    const workspace = yield* this.#needs(path, () => this.#files.document(path, workspaceSchema));
    if (workspace === undefined) return;
    const settings = workspace.get('settings') as WorkspaceSettings | undefined;
    if (settings === undefined || !workspace.has('clock')) {
      yield missing(path, 'has not both "clock" and "settings"');
      return;
    }
    if (settings.clusters_made > 0) yield* this.#needs('agenda.json', () => undefined);
    for (const name of settings.clusters) yield* this.#cluster(`clusters/${name}`);
    // Backups outlive what they were made of.
    this.#keep('block_service');
    yield* this.#leftOvers();
  }

  *#cluster(directory: string): Generator<Finding> {
    const path = `${directory}/cluster.json`;
    const document = yield* this.#needs(path, () => this.#files.document(path, clusterDocumentSchema));
    if (document === undefined) this.#keep(directory);
    if (document === undefined) return;
    const cluster = document.get('cluster') as ClusterRecord | undefined;
    if (cluster === undefined) {
      yield missing(path, 'has no "cluster"');
      return;
    }
    yield* this.#tree(`${directory}/meta`, this.#hasTables(directory, cluster));
    for (const node of [...cluster.metas, ...cluster.replicas]) {
      const record = document.get(`node:${node}`) as NodeRecord | undefined;
      if (record === undefined) yield missing(path, `has no ${JSON.stringify(`node:${node}`)}`);
      else yield* this.#node(`${directory}/nodes/${directoryOf(node)}`, record, node === cluster.leader);
    }
  }

  /** Whether the leader remembers servers that have partitions. */
  #hasTables(directory: string, { leader }: ClusterRecord): boolean {
    const path = `${directory}/nodes/${directoryOf(leader)}/process.json`;
    if (leader === '' || this.#damaged.has(path) || !this.#files.exists(path)) return false;
    const process = this.#files.document(path, metaMemorySchema).get('process') as MetaProcess | undefined;
    return hasPartitions(process);
  }

  *#tree(directory: string, hasTables: boolean): Generator<Finding> {
    this.#needed.add(`${directory}/policies.json`);
    const index = this.#read(`${directory}/apps.json`, (path) => this.#files.document(path, appSchema));
    if (index === undefined) this.#keep(`${directory}/apps`);
    const isMissing = !this.#files.exists(`${directory}/apps.json`);
    if (isMissing && (hasTables || this.#inside(`${directory}/apps`).length > 0))
      yield missing(`${directory}/apps.json`);
    for (const app of index?.values() ?? []) yield* this.#app(`${directory}/apps/${app.app_id}.json`, app);
  }

  *#app(path: string, { app_name, partition_count }: AppRecord): Generator<Finding> {
    const node = yield* this.#needs(path, () => this.#files.document(path, appNodeSchema));
    for (let pidx = 0; node !== undefined && pidx < partition_count; pidx++) {
      if (!node.has(`${pidx}`)) yield missing(path, `has no partition ${pidx} of table ${app_name}`);
    }
  }

  *#node(directory: string, { role, state }: NodeRecord, leads: boolean): Generator<Finding> {
    const process = `${directory}/process.json`;
    const remembers = state === 'running' && (role === 'replica' || leads);
    const allClosed = remembers ? yield* this.#process(process) : undefined;
    if (remembers && role === 'meta') yield* this.#leader(directory, process);
    for (const path of this.#inside(`${directory}/crashes`)) this.#needed.add(path);
    for (const path of this.#inside(`${directory}/reps`)) {
      const appId = /\/(\d+)\.json$/.exec(path)?.[1];
      if (appId !== undefined) yield* this.#table(directory, Number(appId), allClosed);
    }
    if (!remembers || role === 'meta') return;
    for (const path of this.#inside(`${directory}/memory`)) yield* this.#memory(directory, path);
    for (const path of this.#inside(`${directory}/envs`)) this.#needed.add(path);
  }

  *#leader(directory: string, process: string): Generator<Finding> {
    const memory = this.#read(process, (path) => this.#files.document(path, metaMemorySchema));
    if (memory === undefined) this.#keep(`${directory}/memory`);
    for (const record of memory?.values() ?? []) {
      if (!('remembered' in record)) continue;
      for (const appId of record.remembered)
        yield* this.#needs(`${directory}/memory/${appId}.json`, () => undefined);
    }
  }

  /** What a server remembers of closed replicas, by gpid; undefined where that is lost. */
  *#process(path: string): Generator<Finding, ReadonlyMap<string, ClosedReplica> | undefined> {
    const memory = yield* this.#needs(path, () => this.#files.document(path, processSchema));
    if (memory?.has('process') === false) yield missing(path, 'does not have "process"');
    return memory && new Map(closedOf(memory));
  }

  /** @param allClosed of a server that runs: by gpid, what it remembers of replicas that it closed */
  *#table(
    directory: string,
    appId: number,
    allClosed?: ReadonlyMap<string, ClosedReplica>,
  ): Generator<Finding> {
    const path = `${directory}/reps/${appId}.json`;
    const replicas = yield* this.#needs(path, () => this.#files.document(path, replicaDiskSchema));
    if (replicas === undefined) this.#keep(`${directory}/reps`);
    const kept = [...(replicas ?? [])].filter(([, { discarded_us }]) => discarded_us === undefined);
    const closed = kept.flatMap(([pidx]) => allClosed?.get(`${appId}.${pidx}`) ?? []);
    if (allClosed !== undefined && closed.length < kept.length)
      yield* this.#needs(`${directory}/memory/${appId}.json`, () => undefined);
    yield* this.#envs(
      `${directory}/envs/${appId}.json`,
      closed.map(({ first_envs }) => first_envs),
    );
    for (const [pidx, disk] of replicas ?? []) {
      yield* this.#replica(`${directory}/reps/${appId}.${pidx}.pegasus`, disk);
    }
  }

  *#replica(directory: string, disk: ReplicaDisk): Generator<Finding> {
    const names = new Set(disk.checkpoints.map(checkpointFile));
    const newest = newestCheckpoint(disk);
    if (newest !== undefined) names.add(checkpointFile(newest));
    for (const name of names) yield* this.#needs(`${directory}/${name}`, () => undefined);
    for (const [at, file] of disk.plog.entries()) {
      const path = `${directory}/plog/log.${file.index}.${file.start_offset}.jsonl`;
      const records = yield* this.#needs(path, () => this.#files.log(path, mutationSchema));
      if (records === undefined) continue;
      const last = disk.plog[at + 1]?.previous_max_decree ?? disk.max_plog_decree;
      const index = new DecreeIndex(file.previous_max_decree);
      for (const record of records) index.add(lastDecreeOf(record));
      const end = attempt(() => {
        checkEnd(path, index, last);
        checkLength(path, lengthOf(disk, file), this.#files.disk.stat(path)?.size ?? 0);
      });
      if (end instanceof Damage) yield findingOf(end);
    }
  }

  *#memory(directory: string, path: string): Generator<Finding> {
    const replicas = yield* this.#needs(path, () => this.#files.document(path, replicaMemorySchema));
    const list = `${directory}/reps/${/(\d+)\.json$/.exec(path)?.[1]}.json`;
    if (replicas === undefined || replicas.size === 0 || this.#damaged.has(list)) return;
    const disk = yield* this.#needs(list, () => this.#files.document(list, replicaDiskSchema));
    if (disk === undefined) this.#keep(`${directory}/reps`);
    for (const pidx of disk === undefined ? [] : replicas.keys()) {
      if (!disk?.has(pidx)) yield missing(path, `remembers replica ${pidx}, which the disk does not have`);
    }
    const refs = [...replicas.values()].flatMap(({ envs, first_envs }) => [envs, first_envs]);
    yield* this.#envs(path.replace('/memory/', '/envs/'), refs);
  }

  /** @param refs of replicas of a table to sets of its envs */
  *#envs(path: string, refs: readonly (EnvsRef | undefined)[]): Generator<Finding> {
    const names = new Set(refs.filter((ref) => typeof ref === 'string'));
    if (names.size === 0) return;
    const sets = yield* this.#needs(path, () => this.#files.document(path, envsSchema));
    for (const name of names) if (sets?.has(name) === false) yield missing(path, `does not have "${name}"`);
  }

  *#leftOvers(): Generator<Finding> {
    for (const path of this.#files.paths) {
      if (!this.#needed.has(path) && !this.#damaged.has(path)) yield leftOver(path, 'nothing refers to it');
    }
  }

  /** What `read` gives of a file that must be there; nothing where it is damaged, which is known already. */
  *#needs<T>(path: string, read: () => T): Generator<Finding, T | undefined> {
    this.#needed.add(path);
    if (this.#damaged.has(path)) return undefined;
    if (this.#files.exists(path)) return read();
    yield missing(path);
    return undefined;
  }

  /** What `read` gives of a file, if it is there and sound. */
  #read<T>(path: string, read: (path: string) => T): T | undefined {
    this.#needed.add(path);
    return this.#damaged.has(path) || !this.#files.exists(path) ? undefined : read(path);
  }

  /** What would tell who needs these files is lost: all may be needed. */
  #keep(directory: string): void {
    for (const path of this.#inside(directory)) this.#needed.add(path);
  }

  #inside(directory: string): string[] {
    return this.#files.paths.filter((path) => path.startsWith(`${directory}/`));
  }
}
