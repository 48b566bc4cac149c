import type { MutationRecord, PlogFile, ReplicaDisk } from '../documents/replica.ts';
import { damage } from '../storage/damage.ts';
import type { Log, LogLine, Store } from '../storage/store.ts';
import { DecreeIndex } from './decree-index.ts';

/** A segment that was read, or written to. */
interface OpenSegment {
  readonly log: Log<MutationRecord>;
  /** Once somebody has read it. */
  index?: DecreeIndex;
}

export interface Segment {
  readonly path: string;
  readonly bytes: number;
  /** The highest that it or one before it holds. */
  readonly lastDecree: number;
  readonly isLast: boolean;
}

/**
 * A replica's private log: segments `plog/log.<index>.<start_offset>.jsonl`, one mutation a line.
 *
 * Which segments there are stands in the replica's disk record, which the caller saves after each change.
 */
export class PrivateLog {
  private readonly store: Store;
  private readonly replicaDirectory: string;
  private readonly disk: ReplicaDisk;
  private readonly opened = new Map<PlogFile, OpenSegment>();

  constructor(store: Store, replicaDirectory: string, disk: ReplicaDisk) {
    this.store = store;
    this.replicaDirectory = replicaDirectory;
    this.disk = disk;
  }

  /**
   * Appends to the current segment, or to a new one when that is full (`log_private_file_size_mb`).
   *
   * @param line the mutation's
   * @param lastUs when something was appended before this
   * @throws WorkspaceError when the current one is not as long as it was written
   */
  append(
    mutation: MutationRecord,
    line: LogLine,
    fileLimitBytes: number,
    nowUs: number,
    lastUs: number,
  ): void {
    const current = this.disk.plog.at(-1);
    const found = current === undefined ? undefined : this.open(current).log.bytes;
    if (current !== undefined && found !== current.bytes) checkLength(this.pathOf(current), current, found!);
    const isFull = current === undefined || (current.bytes ?? 0) >= fileLimitBytes;
    if (isFull && current !== undefined) current.ended_us = lastUs;
    const file = isFull ? this.addFile(current, nowUs) : current;
    const { log, index } = this.open(file);
    log.append(mutation, line);
    file.bytes = log.bytes;
    index?.add(lastDecreeOf(mutation));
    this.disk.max_plog_decree = Math.max(this.disk.max_plog_decree, lastDecreeOf(mutation));
  }

  /** Mutations that hold a decree of `from` or above, in the order in which they were logged. */
  *from(decree: number): Generator<MutationRecord> {
    const { plog, max_plog_decree } = this.disk;
    if (decree > max_plog_decree) return;
    for (const [index, file] of plog.entries()) {
      const next = plog[index + 1];
      if (next !== undefined && next.previous_max_decree < decree) continue;
      for (const mutation of this.recordsFrom(decree, file, next))
        if (lastDecreeOf(mutation) >= decree) yield mutation;
    }
  }

  /** Highest decree that is not in the log any more because its segment was deleted; -1 without any segment. */
  get maxGcedDecree(): number {
    return this.disk.plog[0]?.previous_max_decree ?? -1;
  }

  /** Decrees up to this one cannot be read from the log: deleted, or never there because a checkpoint was taken over. */
  get missingUpTo(): number {
    return this.disk.plog[0]?.previous_max_decree ?? this.disk.max_plog_decree;
  }

  /** Total size of the segments, in bytes. */
  get bytes(): number {
    return this.disk.plog.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  }

  /** The segment that a decree is in. */
  segmentAt(decree: number): Segment | undefined {
    const { plog, max_plog_decree } = this.disk;
    const index = plog.findLastIndex((file) => file.previous_max_decree < decree);
    const [file, next] = [plog[index], plog[index + 1]];
    if (file === undefined) return undefined;
    const lastDecree = next?.previous_max_decree ?? max_plog_decree;
    return { path: this.pathOf(file), bytes: file.bytes ?? 0, lastDecree, isLast: next === undefined };
  }

  /** The last decree before the segment that a decree is in. */
  decreesBeforeSegmentOf(decree: number): number {
    return this.disk.plog.findLast((file) => file.previous_max_decree < decree)?.previous_max_decree ?? 0;
  }

  /** Deletes the oldest segment. */
  removeOldest(): void {
    const file = this.disk.plog.shift();
    if (file === undefined) return;
    this.opened.delete(file);
    this.store.remove(this.pathOf(file));
  }

  /** Deletes every segment; the next one begins after `previousMaxDecree`. */
  reset(previousMaxDecree: number): void {
    while (this.disk.plog.length > 0) this.removeOldest();
    this.disk.max_plog_decree = previousMaxDecree;
  }

  /** @throws WorkspaceError when the segment ends before the decree that was the last when the next one began */
  private recordsFrom(decree: number, file: PlogFile, next: PlogFile | undefined): MutationRecord[] {
    const segment = this.open(file);
    if (segment.index !== undefined) return segment.log.since(segment.index.countBelow(decree));
    const records = segment.log.records();
    checkEnd(this.pathOf(file), file, records, next?.previous_max_decree ?? this.disk.max_plog_decree);
    const index = new DecreeIndex(file.previous_max_decree);
    for (const record of records) index.add(lastDecreeOf(record));
    segment.index = index;
    return records;
  }

  private addFile(current: PlogFile | undefined, nowUs: number): PlogFile {
    const file: PlogFile = {
      index: (current?.index ?? 0) + 1,
      start_offset: current === undefined ? 0 : current.start_offset + (current.bytes ?? 0),
      previous_max_decree: this.disk.max_plog_decree,
      created_us: nowUs,
    };
    this.disk.plog.push(file);
    return file;
  }

  private open(file: PlogFile): OpenSegment {
    const known = this.opened.get(file);
    if (known !== undefined) return known;
    const segment = { log: this.store.log<MutationRecord>(this.pathOf(file)) };
    this.opened.set(file, segment);
    return segment;
  }

  private pathOf(file: PlogFile): string {
    return `${this.replicaDirectory}/plog/log.${file.index}.${file.start_offset}.jsonl`;
  }
}

/** @throws WorkspaceError when a segment does not reach the decree that it was written up to: its end is missing */
export function checkEnd(
  path: string,
  file: PlogFile,
  records: readonly MutationRecord[],
  lastDecree: number,
): void {
  const reached = records.reduce(
    (max, record) => Math.max(max, lastDecreeOf(record)),
    file.previous_max_decree,
  );
  if (reached >= lastDecree) return;
  throw damage(path, `line ${records.length + 1}`, `is missing: the log goes to decree ${lastDecree}`);
}

/** @throws WorkspaceError when a segment's size is not the one that it was written to */
export function checkLength(path: string, { bytes }: PlogFile, found: number): void {
  if (bytes === undefined || bytes === found) return;
  throw damage(path, `byte ${Math.min(bytes, found)}`, `is ${found} bytes long where ${bytes} were written`);
}

/** The highest decree that a line of the log holds. */
export function lastDecreeOf(mutation: MutationRecord): number {
  return mutation.decree + (mutation.repeat ?? 1) - 1;
}
