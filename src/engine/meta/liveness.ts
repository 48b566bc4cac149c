import { SECOND, tickBefore, tickFrom } from '../clock.ts';
import type { Worker } from '../documents/meta.ts';
import { endOf, isDisturbed } from '../network.ts';
import { scheduleConnect } from '../replica/restart.ts';
import type { MetaServer } from './meta-server.ts';
import { loseNode } from './node-death.ts';

/** The failure detector as the leader runs it (`failure_detector.cpp`; cluster-engine.md 3.1). */
export class Liveness {
  private readonly meta: MetaServer;

  constructor(meta: MetaServer) {
    this.meta = meta;
  }

  /** A new leader takes every server of a stored configuration for alive, and gives it a fresh grace period. */
  begin(): void {
    const { tree, cluster } = this.meta;
    for (const app of tree.apps()) {
      if (app.status !== 'AS_AVAILABLE') continue;
      for (const partition of tree.partitions(app)) {
        if (partition.primary !== '') this.count(partition.primary, 1, 1);
        for (const node of partition.secondaries) this.count(node, 0, 1);
      }
    }
    for (const node of Object.keys(this.meta.process.workers)) this.expectSilence(node, cluster.universe.now);
    for (const server of cluster.runningReplicaServers()) {
      if (this.isDisturbed(server.node)) continue;
      this.beaconArrives(server.node);
      // It started while nobody led.
      if (!server.process.connected) scheduleConnect(server);
    }
  }

  isAlive(node: string): boolean {
    return this.meta.process.workers[node]?.state === 'alive';
  }

  /** Alive servers, or dead ones, by host and port. */
  nodes(state: Worker['state']): string[] {
    const { workers } = this.meta.process;
    return Object.keys(workers)
      .filter((node) => workers[node]?.state === state)
      .sort();
  }

  /** A server's beacon: one that was unknown or dead is connected at once. */
  beaconArrives(node: string): void {
    const { agenda, now } = this.meta.cluster.universe;
    if (this.isDisturbed(node)) this.expectSilence(node, now);
    else agenda.cancel(this.timerKey(node));
    const worker = this.meta.process.workers[node];
    if (worker?.state === 'alive') return;
    this.save(node, { primaries: 0, partitions: 0, reported: false, ...worker, state: 'alive' });
    for (const app of this.meta.tree.apps()) {
      if (app.status === 'AS_AVAILABLE') this.meta.needsAttention(app.app_id);
    }
  }

  /** The last beacon of a server whose process ended is known: its grace period runs from there. */
  processEnded(node: string, startedUs: number): void {
    const interval = this.meta.setting('replication.fd_beacon_interval_seconds') * SECOND;
    this.noticeSilence(node, tickBefore(startedUs, interval, this.meta.cluster.universe.now));
  }

  /** A server's beacons may not arrive any more: its grace period runs from the last one that did. */
  noticeSilence(node: string, lastBeacon: number): void {
    const isExpected = this.meta.cluster.universe.agenda.pending(this.timerKey(node)) !== undefined;
    if (this.isAlive(node) && !isExpected) this.expectSilence(node, lastBeacon);
  }

  graceIsOver(node: string): void {
    const worker = this.meta.process.workers[node];
    if (worker === undefined || worker.state === 'dead') return;
    this.save(node, { ...worker, state: 'dead', reported: false });
    loseNode(this.meta, node);
    this.meta.deliver();
  }

  /** Keeps the number of primaries and partitions of a server, as the balancer counts them. */
  count(node: string, primaries: number, partitions: number): void {
    const worker = this.meta.process.workers[node] ?? {
      state: 'alive',
      primaries: 0,
      partitions: 0,
      reported: false,
    };
    this.save(node, {
      ...worker,
      primaries: worker.primaries + primaries,
      partitions: worker.partitions + partitions,
    });
  }

  markReported(node: string): void {
    const worker = this.meta.process.workers[node];
    if (worker !== undefined && !worker.reported) this.save(node, { ...worker, reported: true });
  }

  private expectSilence(node: string, lastBeacon: number): void {
    const { cluster, startedUs } = this.meta;
    const grace = this.meta.setting('replication.fd_grace_seconds') * SECOND;
    const interval = this.meta.setting('replication.fd_check_interval_seconds') * SECOND;
    const at = tickFrom(startedUs, interval, lastBeacon + grace + 1);
    cluster.universe.agenda.schedule(this.timerKey(node), at);
  }

  private isDisturbed(node: string): boolean {
    const { cluster } = this.meta;
    return isDisturbed(cluster.universe.faults, endOf({ cluster, node }), endOf(this.meta));
  }

  private timerKey(node: string) {
    return { cluster: this.meta.cluster.name, node, kind: 'failure-detector', gpid: '' } as const;
  }

  private save(node: string, worker: Worker): void {
    const { process } = this.meta;
    this.meta.saveProcess({ ...process, workers: { ...process.workers, [node]: worker } });
  }
}
