import type { AwaitedReports } from '../documents/meta.ts';
import type { Doc } from '../storage/store.ts';
import type { MetaServer } from './meta-server.ts';

const PREFIX = 'awaited:';

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
    const report = this.memory.get(PREFIX + node) ?? { awaited: [] };
    report.awaited.push(gpid);
    this.memory.set(PREFIX + node, report);
  }

  /** A server is no member any more. */
  forget(node: string, gpid: string): void {
    const report = this.memory.get(PREFIX + node);
    const at = report?.awaited.indexOf(gpid) ?? -1;
    if (report === undefined || at < 0) return;
    report.awaited.splice(at, 1);
    if (report.awaited.length > 0) this.memory.set(PREFIX + node, report);
    else this.memory.delete(PREFIX + node);
  }

  /** A server has told of all its replicas. Returns whether one of them was awaited. */
  arrive(node: string): boolean {
    const isNews = this.awaited(node).length > 0 || this.meta.process.workers[node]?.reported !== true;
    this.memory.delete(PREFIX + node);
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

  private awaited(node: string): readonly string[] {
    return this.memory.get(PREFIX + node)?.awaited ?? [];
  }
}
