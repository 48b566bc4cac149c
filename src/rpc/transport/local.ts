import { createCluster } from '../../engine/control/clusters.ts';
import { controlHandler } from '../../engine/control/handlers.ts';
import { metaHandler } from '../../engine/meta/handlers.ts';
import { CallFailure, callFromClient, type Endpoint } from '../../engine/network.ts';
import { serveData } from '../../engine/replica/handlers.ts';
import type { Host } from '../../engine/storage/host.ts';
import { openStore, type Store } from '../../engine/storage/store.ts';
import { Universe } from '../../engine/universe.ts';
import { checkValue } from '../idl/check.ts';
import type { RpcMethod } from '../method.ts';
import { RpcError, type Target, type Transport } from './transport.ts';

/** 2026-01-01: where a manual clock starts in a new workspace, so that the same commands print the same bytes. */
const MANUAL_START_US = 1_767_225_600_000_000;

const DEFAULT_CLUSTER = { name: 'onebox', metas: 3, replicas: 3, auth: false, defects: [] };

export interface LocalOptions {
  readonly directory: string;
  readonly host: Host;
  /** For a workspace that is new; 1 by default. */
  readonly seed?: number;
  /** For a workspace that is new; `realtime` by default. */
  readonly clock?: 'manual' | 'realtime';
  readonly durability?: 'sync' | 'group';
  /** Checks every request and reply against its schema. */
  readonly checked?: boolean;
}

/** The engine in this process. */
export interface LocalEngine {
  /** The transport to a cluster of the workspace; to the current one when the name is empty. */
  transport(cluster: string): Transport;
  currentCluster(): string;
  clusters(): string[];
  /** What a user should know once, for stderr. */
  readonly notices: readonly string[];
  /** Makes everything durable that was answered (durability `group`). */
  sync(): void;
  /** Lets other processes use the workspace until `resume`. */
  suspend(): void;
  resume(): void;
  close(): void;
}

/** Opens a workspace; a new one gets its default cluster. */
export function openLocal(options: LocalOptions): LocalEngine {
  return new Engine(options);
}

class Engine implements LocalEngine {
  private readonly options: LocalOptions;
  private readonly store: Store;
  private universe: Universe;
  private readonly told: string[] = [];

  constructor(options: LocalOptions) {
    this.options = options;
    const { directory, host, durability } = options;
    this.store = openStore({ directory, host, ...(durability === undefined ? {} : { durability }) });
    this.universe = this.openUniverse();
    if (this.universe.settings.clusters_made === 0) this.makeDefaultCluster();
  }

  get notices(): readonly string[] {
    return [...this.store.notices, ...this.told];
  }

  transport(cluster: string): Transport {
    return {
      call: async (method, target, request, timeoutMs) =>
        this.call(cluster, method, target, request, timeoutMs),
      sleep: async (ms) => {
        this.change(() => this.universe.moveTo(this.universe.now + ms * 1000));
      },
      now: () => Math.floor(this.universe.now / 1000),
      close: async () => {},
    };
  }

  currentCluster(): string {
    return this.universe.settings.current_cluster;
  }

  clusters(): string[] {
    return [...this.universe.clusterNames()];
  }

  sync(): void {
    this.universe.commitTime();
    this.store.sync();
  }

  suspend(): void {
    this.universe.commitTime();
    this.store.suspend();
  }

  resume(): void {
    if (this.store.resume()) this.universe = this.openUniverse();
  }

  close(): void {
    if (this.store.isUsable) this.universe.commitTime();
    this.store.close();
  }

  private call<Q, R>(
    cluster: string,
    method: RpcMethod<Q, R>,
    target: Target,
    request: Q,
    timeoutMs: number,
  ): R {
    const { checked } = this.options;
    if (checked === true) checkValue(method.request, request, `${method.code} request`);
    const reply = this.change(() => {
      this.universe.moveTo(Math.max(this.universe.now, this.universe.clock.nextRequestAt()));
      return this.dispatch(cluster, method.code, target, request, timeoutMs);
    }) as R;
    if (checked === true) checkValue(method.response, reply, `${method.code} reply`);
    return reply;
  }

  private dispatch(
    clusterName: string,
    code: string,
    target: Target,
    request: unknown,
    timeoutMs: number,
  ): unknown {
    const { universe } = this;
    if (target.to === 'control') {
      const handler = controlHandler(code);
      if (handler === undefined) throw new RpcError('ERR_HANDLER_NOT_FOUND', code);
      return handler(universe, request);
    }
    const cluster = universe.cluster(clusterName === '' ? this.currentCluster() : clusterName);
    if (target.to === 'meta') {
      const { meta } = cluster;
      if (meta === undefined) throw this.timeOut(code, timeoutMs);
      const handler = metaHandler(code);
      if (handler === undefined) throw new RpcError('ERR_HANDLER_NOT_FOUND', code);
      try {
        return this.send(meta, () => handler(meta, request), code, timeoutMs);
      } finally {
        meta.deliver();
      }
    }
    const { server, gpid } = target;
    const endpoint = cluster.replicaServer(server);
    if (endpoint === undefined) throw new RpcError('ERR_NETWORK_FAILURE', code);
    const deadline = universe.now + timeoutMs * 1000;
    const served = this.send(endpoint, () => serveData(endpoint, gpid, code, request), code, timeoutMs);
    if (served.waitedUs > 0) universe.moveTo(universe.now + served.waitedUs);
    if ('reply' in served) return served.reply;
    const late = served.late && universe.moveUntil(deadline, served.late);
    if (late === undefined) throw new RpcError(served.err, code);
    return late;
  }

  /** A request over the network, with the time that it takes. */
  private send<R>(to: Endpoint, handle: () => R, code: string, timeoutMs: number): R {
    const { universe } = this;
    try {
      const { value, latencyUs } = callFromClient(to, handle, timeoutMs * 1000);
      if (latencyUs > 0) universe.moveTo(universe.now + latencyUs);
      return value;
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      throw error.code === 'ERR_TIMEOUT' ? this.timeOut(code, timeoutMs) : new RpcError(error.code, code);
    }
  }

  /** Nothing answers: the caller waits as long as it said it would. */
  private timeOut(code: string, timeoutMs: number): RpcError {
    this.universe.moveTo(this.universe.now + timeoutMs * 1000);
    return new RpcError('ERR_TIMEOUT', code);
  }

  /** A change is committed whole, also where it ends in a refusal by the cluster; anything unforeseen leaves nothing. */
  private change<R>(run: () => R): R {
    try {
      const result = run();
      this.universe.commit();
      return result;
    } catch (error) {
      if (error instanceof RpcError) this.universe.commit();
      else this.forgetChange();
      throw error;
    }
  }

  /** After a failed write nothing of the change is on the disk, and the store is good for nothing but closing. */
  private forgetChange(): void {
    if (!this.store.isUsable) return;
    this.store.rollback();
    this.universe = this.openUniverse();
  }

  private openUniverse(): Universe {
    const { host, seed, clock } = this.options;
    return new Universe({
      store: this.store,
      wallNow: () => host.wallNow(),
      seed: seed ?? 1,
      clock: clock ?? 'realtime',
      startUs: MANUAL_START_US,
    });
  }

  private makeDefaultCluster(): void {
    this.change(() => createCluster(this.universe, DEFAULT_CLUSTER));
    this.told.push(
      "made cluster 'onebox': 3 meta servers and 3 replica servers (127.0.0.1:34601-34603, 34801-34803)",
    );
  }
}
