import type { AwaitedReports } from '../documents/meta.ts';
import type { Doc } from '../storage/store.ts';
import type { MetaServer } from './meta-server.ts';

/** Partitions of a table whose replicas are in one record: what changes of one costs as much as so many. */
const IN_RECORD = 64;

/**
 * Which replicas the leader has not heard of since their servers became members: their next config sync tells
 * (`config_context.serving` of `meta_data.h`). Nothing is balanced before all are known.
 */
export class Reports {
  private readonly meta: MetaServer;
  private readonly memory: Doc<AwaitedReports>;

  constructor(meta: MetaServer, memory: Doc<AwaitedReports>) {
    this.meta = meta;
    this.memory = memory;
  }

  /** A server has become a member. */
  expect(node: string, gpid: string): void {
    const key = keyOf(node, gpid);
    const report = this.memory.get(key) ?? { awaited: [] };
    report.awaited.push(gpid);
    this.memory.set(key, report);
  }

  /** A server is no member any more. */
  forget(node: string, gpid: string): void {
    const key = keyOf(node, gpid);
    const report = this.memory.get(key);
    const at = report?.awaited.indexOf(gpid) ?? -1;
    if (report === undefined || at < 0) return;
    report.awaited.splice(at, 1);
    if (report.awaited.length > 0) this.memory.set(key, report);
    else this.memory.delete(key);
  }

  /** A server has told of all its replicas. Returns whether one of them was awaited. */
  arrive(node: string): boolean {
    const records = this.awaited(node);
    const isNews = records.length > 0 || this.meta.process.workers[node]?.reported !== true;
    for (const key of records) this.memory.delete(key);
    this.meta.liveness.markReported(node);
    return isNews;
  }

  /** Whether every live server has told of all that it has. */
  areComplete(): boolean {
    return Object.entries(this.meta.process.workers).every(
      ([node, { state, partitions, reported }]) =>
        state === 'dead' || partitions === 0 || (reported && this.awaited(node).length === 0),
    );
  }

  /** Keys of the records that hold any. Before there was more than one of a server it had no table in its key. */
  private awaited(node: string): readonly string[] {
    const own = prefixOf(node);
    return this.memory.keys().filter((key) => key === own || key.startsWith(`${own}/`));
  }
}

function prefixOf(node: string): string {
  return `awaited:${node}`;
}

function keyOf(node: string, gpid: string): string {
  const [appId, pidx] = gpid.split('.');
  return `${prefixOf(node)}/${appId}/${Math.floor(Number(pidx) / IN_RECORD)}`;
}
