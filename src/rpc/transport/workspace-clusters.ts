import { notOnRealCluster } from '../../errors.ts';
import {
  addRealCluster,
  createCluster,
  getConfig,
  listClusters,
  removeCluster,
  setConfig,
  useCluster,
} from '../idl/control.ts';
import type { RpcMethod } from '../method.ts';
import type { Clusters, WorkspaceClusters } from './clusters.ts';
import { REAL_TIME, type RealTime } from './tcp/real-time.ts';
import type { Target, Transport } from './transport.ts';

/** What is asked of the workspace, whichever of its clusters is the current one. */
const OF_THE_WORKSPACE: ReadonlySet<string> = new Set(
  [addRealCluster, createCluster, getConfig, listClusters, removeCluster, setConfig, useCluster].map(
    ({ code }) => code,
  ),
);

type Sent<Q, R> = [method: RpcMethod<Q, R>, target: Target, request: Q, timeoutMs: number];

/**
 * The clusters of a workspace: those that it simulates, and the real ones that it remembers by name. While a real one
 * is asked, other processes may use the workspace.
 */
export function withRealClusters(workspace: WorkspaceClusters, options: RealClusterOptions = {}): Clusters {
  return new AllClusters(workspace, options);
}

export interface RealClusterOptions {
  /** What waits for them take; real time by default. */
  readonly time?: RealTime;
  /** Called before each request to one; what it throws refuses it. */
  readonly beforeReal?: () => void;
}

class AllClusters implements Clusters {
  readonly #workspace: WorkspaceClusters;
  readonly #time: RealTime;
  readonly #beforeReal: () => void;
  /** By the addresses of the meta servers: what a name stands for may change. */
  readonly #transports = new Map<string, Transport>();
  #isLent = false;

  constructor(workspace: WorkspaceClusters, { time = REAL_TIME, beforeReal = () => {} }: RealClusterOptions) {
    this.#workspace = workspace;
    this.#time = time;
    this.#beforeReal = beforeReal;
  }

  transport(name: string, looksOnly = false): Transport {
    const simulated = this.#workspace.transport(name, looksOnly);
    return {
      call: (method, target, request, timeoutMs) => {
        const metas = this.#metasOf(name);
        if (metas === undefined || (target.to === 'control' && OF_THE_WORKSPACE.has(method.code))) {
          this.resume();
          return simulated.call(method, target, request, timeoutMs);
        }
        return this.#callReal(metas, method, target, request, timeoutMs);
      },
      sleep: async (ms) => {
        const metas = this.#metasOf(name);
        if (metas === undefined) this.resume();
        else this.suspend();
        await (metas === undefined ? simulated : await this.#real(metas)).sleep(ms);
      },
      now: () => (this.#metasOf(name) === undefined ? simulated.now() : this.#time.now()),
      runsByItself: () =>
        this.#metasOf(name) === undefined ? simulated.runsByItself() : this.#time.runsByItself,
      close: async () => {},
    };
  }

  currentCluster(): string {
    return this.#workspace.currentCluster();
  }

  clusters(): string[] {
    return [...this.#workspace.clusters(), ...this.#workspace.realClusters().map(({ name }) => name)];
  }

  get isGone(): boolean {
    return this.#workspace.isGone ?? false;
  }

  get isDurable(): boolean {
    return this.#isLent || this.#workspace.isDurable;
  }

  get notices(): readonly string[] {
    return this.#workspace.notices;
  }

  sync(): void {
    if (!this.#isLent) this.#workspace.sync();
  }

  suspend(): void {
    if (!this.#isLent) this.#workspace.suspend();
    this.#isLent = true;
  }

  resume(): void {
    if (this.#isLent) this.#workspace.resume();
    this.#isLent = false;
  }

  close(): void {
    for (const transport of this.#transports.values()) void transport.close();
    this.#workspace.close();
  }

  async closing(): Promise<void> {
    await this.#workspace.closing?.();
  }

  /** Of a real cluster; undefined for one that is simulated, or that there is not. */
  #metasOf(name: string): readonly string[] | undefined {
    const real = this.#workspace.realClusters();
    if (real.length === 0) return undefined;
    const wanted = name === '' ? this.currentCluster() : name;
    return real.find((one) => one.name === wanted)?.metas;
  }

  async #callReal<Q, R>(
    metas: readonly string[],
    ...[method, target, request, timeoutMs]: Sent<Q, R>
  ): Promise<R> {
    if (target.to === 'control')
      throw notOnRealCluster('it needs a simulated one: pegsh cluster list shows those there are');
    this.#beforeReal();
    this.suspend();
    return (await this.#real(metas)).call(method, target, request, timeoutMs);
  }

  async #real(metas: readonly string[]): Promise<Transport> {
    const { tcpTransport } = await import('./tcp/tcp.ts');
    const key = metas.join(',');
    const transport = this.#transports.get(key) ?? tcpTransport(metas, this.#time);
    this.#transports.set(key, transport);
    return transport;
  }
}
