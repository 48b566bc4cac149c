import type { MutationHead, MutationRecord, PlogFile, ReplicaDisk } from '../documents/replica.ts';
import { allOf, type Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import type { Log, LogLine, Store } from '../storage/store.ts';
import { DecreeIndex } from './decree-index.ts';

/** A segment that was read, or written to. */
interface OpenSegment {
  readonly log: Log<MutationRecord>;
  /** Of what was read, or written since all was. */
  readonly index: DecreeIndex;
  isIndexed: boolean;
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
   * Appends to the current segment, or to a new one when that is full (`log_private_file_size_mb`) or from before
   * the replica was opened.
   *
   * @param line the mutation's
   * @param times in microseconds: when the replica was opened, when something was appended last (0 = not known), and now
   * @returns whether it is the first of a segment
   * @throws WorkspaceError when that is not as long as it was written
   */
  append(
    mutation: MutationHead,
    line: LogLine,
    fileLimitBytes: number,
    times: { readonly opened: number; readonly last: number; readonly now: number },
  ): boolean {
    const { disk } = this;
    const current = disk.plog.at(-1);
    const isFirst =
      current === undefined ||
      current.created_us < times.opened ||
      (lengthOf(disk, current) ?? 0) >= fileLimitBytes;
    if (isFirst && current !== undefined) current.ended_us = times.last || this.lastWrite(current);
    const file = isFirst ? this.addFile(current, times.now) : current;
    const { log, index, isIndexed } = this.open(file);
    const length = log.bytes;
    if (length !== disk.plog_bytes) checkLength(this.pathOf(file), lengthOf(disk, file), length);
    log.appendLine(line);
    disk.plog_bytes = length + line.bytes;
    const decree = lastDecreeOf(mutation);
    if (isIndexed) index.add(decree);
    disk.max_plog_decree = Math.max(disk.max_plog_decree, decree);
    return isFirst;
  }

  /** Mutations that hold a decree of `from` or above, in the order in which they were logged. */
  *from(decree: number): Generator<MutationRecord> {
    for (const part of this.partsFrom(decree)) yield* part;
  }

  /** The same, as many at a time as are read at once. */
  *partsFrom(decree: number): Generator<readonly MutationRecord[]> {
    for (const file of this.filesFrom(decree))
      for (const part of this.partsOf(decree, file))
        yield part.filter((mutation) => lastDecreeOf(mutation) >= decree);
  }

  /** Whether it is known where the mutations that hold a decree begin, so that nothing has to be read for that. */
  knows(decree: number): boolean {
    const [file] = this.filesFrom(decree);
    if (file === undefined || file.previous_max_decree >= decree) return true;
    const { index, isIndexed } = this.open(file);
    return isIndexed || index.reached >= decree;
  }

  /** Reads as far as it takes to know that. */
  *seeking(decree: number): Steps {
    const [file] = this.filesFrom(decree);
    if (file === undefined) return;
    for (const _ of this.partsOf(decree, file)) {
      if (this.knows(decree)) return;
      yield;
    }
  }

  /** What mutations that hold a decree of `from` or above take, in bytes. */
  bytesFrom(decree: number): number {
    if (!this.knows(decree)) allOf(this.seeking(decree));
    return this.filesFrom(decree)
      .map((file) => this.open(file))
      .reduce((sum, { log, index }) => sum + log.bytesSince(index.countBelow(decree)), 0);
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
    let sum = 0;
    for (const file of this.disk.plog) sum += lengthOf(this.disk, file) ?? 0;
    return sum;
  }

  /** The segment that a decree is in. */
  segmentAt(decree: number): Segment | undefined {
    const { plog, max_plog_decree } = this.disk;
    const index = plog.findLastIndex((file) => file.previous_max_decree < decree);
    const [file, next] = [plog[index], plog[index + 1]];
    if (file === undefined) return undefined;
    const lastDecree = next?.previous_max_decree ?? max_plog_decree;
    const bytes = lengthOf(this.disk, file) ?? 0;
    return { path: this.pathOf(file), bytes, lastDecree, isLast: next === undefined };
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

  /** The segments that hold a decree or those above it. */
  private filesFrom(decree: number): readonly PlogFile[] {
    const { plog, max_plog_decree } = this.disk;
    if (decree > max_plog_decree) return [];
    return plog.slice(
      Math.max(
        0,
        plog.findLastIndex((file) => file.previous_max_decree < decree),
      ),
    );
  }

  /** @throws WorkspaceError when the segment ends before the decree that was the last when the next one began */
  private *partsOf(decree: number, file: PlogFile): Iterable<MutationRecord[]> {
    const segment = this.open(file);
    const { log, index } = segment;
    let at = index.countBelow(decree);
    for (const part of log.since(at)) {
      for (const record of part) if (at++ === index.count) index.add(lastDecreeOf(record));
      yield part;
    }
    if (segment.isIndexed) return;
    checkEnd(this.pathOf(file), index, this.lastDecreeIn(file));
    segment.isIndexed = index.count === log.count;
  }

  private lastDecreeIn(file: PlogFile): number {
    const { plog, max_plog_decree } = this.disk;
    return plog[plog.indexOf(file) + 1]?.previous_max_decree ?? max_plog_decree;
  }

  private addFile(current: PlogFile | undefined, nowUs: number): PlogFile {
    const bytes = current === undefined ? 0 : (lengthOf(this.disk, current) ?? 0);
    if (current !== undefined) current.bytes = bytes;
    this.disk.plog_bytes = 0;
    const file: PlogFile = {
      index: (current?.index ?? 0) + 1,
      start_offset: (current?.start_offset ?? 0) + bytes,
      previous_max_decree: this.disk.max_plog_decree,
      created_us: nowUs,
    };
    this.disk.plog.push(file);
    this.open(file).isIndexed = true;
    return file;
  }

  /** Of what it held, a replica that was opened and is covered by its checkpoint knows nothing. */
  private lastWrite(file: PlogFile): number {
    return this.open(file).log.last()?.time_us ?? file.created_us;
  }

  private open(file: PlogFile): OpenSegment {
    const known = this.opened.get(file);
    if (known !== undefined) return known;
    const segment = {
      log: this.store.log<MutationRecord>(this.pathOf(file)),
      index: new DecreeIndex(file.previous_max_decree),
      isIndexed: false,
    };
    this.opened.set(file, segment);
    return segment;
  }

  private pathOf(file: PlogFile): string {
    return `${this.replicaDirectory}/plog/log.${file.index}.${file.start_offset}.jsonl`;
  }
}

/** @throws WorkspaceError when a segment does not reach the decree that it was written up to: its end is missing */
export function checkEnd(path: string, { reached, count }: DecreeIndex, lastDecree: number): void {
  if (reached >= lastDecree) return;
  throw damage(path, `line ${count + 1}`, `is missing: the log goes to decree ${lastDecree}`);
}

/** How long a segment is as it was written, in bytes; undefined for one from before that was kept. */
export function lengthOf({ plog, plog_bytes }: ReplicaDisk, file: PlogFile): number | undefined {
  return file === plog.at(-1) ? (plog_bytes ?? file.bytes) : file.bytes;
}

/** @throws WorkspaceError when a segment's size is not the one that it was written to */
export function checkLength(path: string, bytes: number | undefined, found: number): void {
  if (bytes === undefined || bytes === found) return;
  throw damage(path, `byte ${Math.min(bytes, found)}`, `is ${found} bytes long where ${bytes} were written`);
}

/** The highest decree that a line of the log holds. */
export function lastDecreeOf(mutation: MutationHead): number {
  return mutation.decree + (mutation.repeat ?? 1) - 1;
}
