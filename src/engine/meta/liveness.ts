import { SECOND, tickBefore, tickFrom } from '../clock.ts';
import type { Worker } from '../documents/meta.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { endOf, isDisturbed } from '../network.ts';
import { scheduleConfigSync } from '../replica/config-sync-timer.ts';
import { scheduleConnect } from '../replica/restart.ts';
import type { Steps } from '../steps.ts';
import { scheduleCheck } from './check-timer.ts';
import type { MetaServer } from './meta-server.ts';
import { losingNode } from './node-death.ts';
import { countLoads } from './placement.ts';

const UNKNOWN: Worker = { state: 'dead', primaries: 0, partitions: 0, reported: false };

/** What becomes of a beacon: it counts, is not answered, or its sender is told that it may not join. */
export type Welcome = 'yes' | 'ignored' | 'rejected';

/** The failure detector as the leader runs it (`failure_detector.cpp`). */
export class Liveness {
  private readonly meta: MetaServer;

  constructor(meta: MetaServer) {
    this.meta = meta;
  }

  /** A new leader takes every server of a stored configuration for alive, and gives it a fresh grace period. */
  *beginning(): Steps {
    const { tree, cluster } = this.meta;
    for (const app of tree.apps()) {
      if (app.status !== 'AS_AVAILABLE') continue;
      const loads = countLoads(yield* tree.lookingAtAll(app));
      for (const [node, { primaries, partitions }] of loads) this.count(node, primaries, partitions);
    }
    for (const node of Object.keys(this.meta.process.workers)) this.expectSilence(node, cluster.universe.now);
    for (const server of cluster.runningReplicaServers()) {
      // What it could tell nobody while nobody led, it tells at its next syncs.
      scheduleConfigSync(server);
      scheduleSync(server);
      if (this.isDisturbed(server.node) || !server.sendsBeacons) continue;
      const welcome = this.beaconArrives(server.node);
      // It started while nobody led, or may not join any more.
      if (welcome !== 'yes' || !server.process.connected) scheduleConnect(server);
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
  beaconArrives(node: string): Welcome {
    const { agenda, now } = this.meta.cluster.universe;
    if (!this.isStable(node)) return 'ignored';
    if (!this.isWelcome(node)) return 'rejected';
    if (this.isDisturbed(node)) this.expectSilence(node, now);
    else agenda.cancel(this.timerKey(node));
    const worker = this.meta.process.workers[node];
    if (worker?.state === 'alive') return 'yes';
    this.save(node, { primaries: 0, partitions: 0, reported: false, ...worker, state: 'alive' });
    for (const app of this.meta.tree.apps()) {
      if (app.status === 'AS_AVAILABLE') this.meta.needsAttention(app.app_id);
    }
    return 'yes';
  }

  /** Under a white list only those on it may join. */
  private isWelcome(node: string): boolean {
    if (!this.meta.setting('meta_server.enable_white_list')) return true;
    const listed = this.meta.setting('meta_server.replica_white_list').split(',');
    return this.meta.process.workers[node] !== undefined || listed.some((one) => one.trim() === node);
  }

  /** One that restarts again and again is not trusted until it has run for a while (`update_stability_stat`). */
  private isStable(node: string): boolean {
    const least = this.meta.setting('meta_server.stable_rs_min_running_seconds') * SECOND;
    const began = this.meta.cluster.replicaServer(node)?.startedUs;
    if (least === 0 || began === undefined) return true;
    const worker = this.meta.process.workers[node] ?? UNKNOWN;
    const { process_us: before, unstable_restarts: restarts = 0 } = worker;
    const isNew = before !== undefined && began > before;
    // A process that has run for so long is stable, be it this one or the one before.
    const ranFor = (isNew ? began : this.meta.cluster.universe.now) - (isNew ? before : began);
    const count = ranFor >= least ? 0 : restarts + Number(isNew);
    if (before !== began || count !== restarts) {
      this.save(node, { ...worker, process_us: began, unstable_restarts: count });
    }
    return count < this.meta.setting('meta_server.max_succssive_unstable_restart');
  }

  /** The last beacon of a server whose process ended is known: its grace period runs from there. */
  processEnded(node: string, serviceUs: number): void {
    const interval = this.meta.setting('replication.fd_beacon_interval_seconds') * SECOND;
    this.noticeSilence(node, tickBefore(serviceUs, interval, this.meta.cluster.universe.now));
  }

  /** A server's beacons may not arrive any more: its grace period runs from the last one that did. */
  noticeSilence(node: string, lastBeacon: number): void {
    const isExpected = this.meta.cluster.universe.agenda.pending(this.timerKey(node)) !== undefined;
    if (this.isAlive(node) && !isExpected) this.expectSilence(node, lastBeacon);
  }

  graceIsOver(node: string): void {
    const worker = this.meta.process.workers[node];
    if (worker === undefined || worker.state === 'dead') return;
    this.meta.perform(this.burying(node, worker));
  }

  private *burying(node: string, worker: Worker): Steps {
    this.save(node, { ...worker, state: 'dead', reported: false });
    yield* losingNode(this.meta, node);
    scheduleCheck(this.meta);
    // Nobody tells the primaries of its other partitions again.
    yield* this.meta.delivering();
  }

  /** Keeps the number of primaries and partitions of a server, as the balancer counts them. */
  count(node: string, primaries: number, partitions: number): void {
    const { process } = this.meta;
    const worker = process.workers[node] ?? { ...UNKNOWN, state: 'alive' };
    process.workers[node] = worker;
    worker.primaries += primaries;
    worker.partitions += partitions;
    this.meta.saveProcess(process);
  }

  markReported(node: string): void {
    const worker = this.meta.process.workers[node];
    if (worker !== undefined && !worker.reported) this.save(node, { ...worker, reported: true });
  }

  /** Dead servers, and such that are back, whose death is still to be stored. */
  unstored(): string[] {
    const { workers } = this.meta.process;
    return Object.keys(workers)
      .filter((node) => workers[node]?.unstored === true)
      .sort();
  }

  setUnstored(node: string, isUnstored: boolean): void {
    const { unstored: _before, ...worker } = this.meta.process.workers[node] ?? UNKNOWN;
    this.save(node, isUnstored ? { ...worker, unstored: true } : worker);
  }

  private expectSilence(node: string, lastBeacon: number): void {
    const { cluster, startedUs } = this.meta;
    if (this.meta.setting('replication.fd_disabled')) return;
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
