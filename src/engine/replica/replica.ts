import type { Envs, MutationHead, MutationRecord, ReplicaDisk, ReplicaMemory } from '../documents/replica.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { allOf, type Steps } from '../steps.ts';
import type { LogLine, PlainKeys } from '../storage/store.ts';
import { MutationContext } from './apply-context.ts';
import { readingCheckpoint } from './checkpoint-file.ts';
import { applyingMutation, applyMutation } from './data/apply.ts';
import { type Idempotent, makeIdempotent } from './data/idempotent.ts';
import type { RecordStore } from './data/record-store.ts';
import { isDuplicable, type Update, updateFromJson } from './data/updates.ts';
import { lastDecreeOf, PrivateLog } from './private-log.ts';
import type { ReplicaServer } from './replica-server.ts';
import { RequestCounts } from './request-counts.ts';

/** What each write changes of the memory, and of the disk. */
const PROGRESS = [
  'last_committed_decree',
  'last_prepared_decree',
  'last_prepare_us',
  'last_timestamp_us',
] as const;
const LOG_END = ['plog_bytes', 'max_plog_decree'] as const;

/** One replica of a partition on a running server: its disk, its memory, its log and its records. */
export class Replica {
  readonly server: ReplicaServer;
  readonly appId: number;
  readonly pidx: number;
  readonly disk: ReplicaDisk;
  readonly ram: ReplicaMemory;
  readonly plog: PrivateLog;
  readonly requests = new RequestCounts();
  /** `<app_id>.<pidx>` */
  readonly gpid: string;
  private loaded: RecordStore | undefined;

  constructor(server: ReplicaServer, appId: number, pidx: number, disk: ReplicaDisk, ram: ReplicaMemory) {
    this.server = server;
    this.appId = appId;
    this.pidx = pidx;
    this.disk = disk;
    this.ram = ram;
    this.gpid = `${appId}.${pidx}`;
    this.plog = new PrivateLog(server.cluster.universe.store, this.directory, disk);
  }

  get now(): number {
    return this.server.cluster.universe.clock.now;
  }

  get meta(): MetaServer | undefined {
    return this.server.cluster.meta;
  }

  get directory(): string {
    return `${this.server.directory}/reps/${this.gpid}.pegasus`;
  }

  /** What its log and its newest checkpoint take, in bytes. */
  get storedBytes(): number {
    return this.plog.bytes + (this.disk.checkpoints.at(-1)?.bytes ?? 0);
  }

  /** It was removed: for others it is not there any more, until it is wanted again or its time is over. */
  get isClosing(): boolean {
    return this.ram.status === 'PS_INACTIVE' && !this.ram.transient;
  }

  /** Of its table, as it was told of them last. */
  get envs(): Envs {
    return this.server.envs.get(this.appId, this.ram.envs);
  }

  /** Those that it began with. */
  get firstEnvs(): Envs {
    return this.server.envs.get(this.appId, this.ram.first_envs);
  }

  get isPrimary(): boolean {
    return this.ram.status === 'PS_PRIMARY';
  }

  /** PS_ERROR is final: such a replica is closed, and may be gone. */
  saveRam(names?: readonly PlainKeys<ReplicaMemory>[]): void {
    if (this.ram.status !== 'PS_ERROR') this.server.saveMemory(this, names);
  }

  /** The same where only what every write changes has changed. */
  saveProgress(): void {
    this.saveRam(PROGRESS);
  }

  saveDisk(names?: readonly PlainKeys<ReplicaDisk>[]): void {
    if (this.ram.status !== 'PS_ERROR') this.server.saveDisk(this, names);
  }

  /** Writes a mutation to the private log. @param line the mutation's, the same one for all replicas that log it */
  log(mutation: MutationHead, line: LogLine): void {
    const { ram } = this;
    const limit = this.server.setting('replication.log_private_file_size_mb') * 1024 * 1024;
    const times = {
      opened: ram.opened_us ?? this.server.startedUs,
      last: ram.last_timestamp_us,
      now: this.now,
    };
    const isFirst = this.plog.append(mutation, line, limit, times);
    ram.last_prepared_decree = Math.max(ram.last_prepared_decree, lastDecreeOf(mutation));
    ram.last_timestamp_us = Math.max(ram.last_timestamp_us, mutation.time_us);
    this.saveDisk(isFirst ? undefined : LOG_END);
  }

  /** The records as of the last committed decree: read from checkpoint and log when first needed. */
  get records(): RecordStore {
    this.loaded ??= this.copyRecords();
    return this.loaded;
  }

  get hasRecords(): boolean {
    return this.loaded !== undefined;
  }

  /** Reads them before the first request that needs them. */
  *readingRecords(): Steps {
    this.loaded ??= yield* this.loading(this.ram.last_committed_decree);
  }

  /** The records as of a decree, not below the newest checkpoint's. Those of a secondary are not kept: nobody reads it. */
  *recordsAsOf(decree: number): Steps<RecordStore> {
    const isCurrent = !(yield* this.hasWritesSince(decree));
    if (isCurrent && this.isPrimary) this.loaded ??= yield* this.loading(this.ram.last_committed_decree);
    return isCurrent && this.loaded !== undefined ? this.loaded : yield* this.loading(decree);
  }

  private *hasWritesSince(decree: number): Steps<boolean> {
    if (decree >= this.ram.last_committed_decree) return false;
    const isCommittedWrite = (mutation: MutationRecord) =>
      mutation.decree <= this.ram.last_committed_decree &&
      mutation.updates.some(({ code }) => code !== 'RPC_REPLICATION_WRITE_EMPTY');
    for (const part of this.plog.partsFrom(decree + 1)) {
      if (part.some(isCommittedWrite)) return true;
      yield;
    }
    return false;
  }

  /** The same records once more, to be changed apart. */
  copyRecords(): RecordStore {
    return allOf(this.loading(this.ram.last_committed_decree));
  }

  /** Takes the records of a checkpoint that was copied from elsewhere. */
  replaceRecords(records: RecordStore): void {
    this.loaded = records;
  }

  /** Applies a committed mutation and returns one response for each of its updates. */
  apply(mutation: MutationHead, updates: readonly Update[]): unknown[] {
    return applyMutation(this.recordsFor(updates), updates, new MutationContext(this, mutation));
  }

  /** The same in steps, of a mutation that takes long. */
  applying(mutation: MutationHead, updates: readonly Update[]): Steps<unknown[]> {
    return applyingMutation(this.recordsFor(updates), updates, new MutationContext(this, mutation));
  }

  /**
   * Plain writes look at nothing: for them alone no records are read, and the log gives them to who reads later. Where
   * many requests come, that one would have to wait for all of them.
   */
  private recordsFor(updates: readonly Update[]): RecordStore | undefined {
    if (this.loaded !== undefined || this.server.cluster.universe.keepsRecords) return this.records;
    return updates.every(({ code }) => isDuplicable(code)) ? undefined : this.records;
  }

  /** What an atomic write comes to as plain writes, of the table as it is now. */
  makeIdempotent(update: Update): Idempotent {
    const { ram, now } = this;
    const mutation = { decree: ram.last_prepared_decree + 1, time_us: now, default_ttl: ram.default_ttl };
    return makeIdempotent(this.records, update, new MutationContext(this, mutation));
  }

  /** Has the records read again, from checkpoint and log, when they are needed next. */
  forgetRecords(): void {
    this.loaded = undefined;
  }

  private loading(upTo: number): Steps<RecordStore> {
    return this.recordsWith(this.plog, upTo);
  }

  /** What a log, its own or that of another replica, makes of its newest checkpoint. */
  *recordsWith(plog: PrivateLog, upTo: number): Steps<RecordStore> {
    const records = yield* readingCheckpoint(this);
    const durable = this.disk.last_durable_decree;
    for (const mutation of yield* latestPerDecree(plog.partsFrom(durable + 1))) {
      if (mutation.decree <= durable || mutation.decree > upTo) continue;
      applyMutation(records, mutation.updates.map(updateFromJson), new MutationContext(this, mutation));
      yield;
    }
    return records;
  }
}

/** A decree that a new primary prepared again stands in the log twice: the later ballot counts. */
function* latestPerDecree(parts: Iterable<readonly MutationRecord[]>): Steps<MutationRecord[]> {
  const byDecree = new Map<number, MutationRecord>();
  for (const part of parts) {
    for (const mutation of part) byDecree.set(mutation.decree, mutation);
    yield;
  }
  return [...byDecree.values()].sort((a, b) => a.decree - b.decree);
}
