import type { FsckOptions, FsckReport } from '../engine/fsck/fsck.ts';
import type { Snapshots } from '../engine/snapshot/snapshots.ts';
import type { Host } from '../engine/storage/host.ts';
import { notOnRealCluster } from '../errors.ts';
import type { ControlClient } from '../rpc/client/control.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import type { ServersClient } from '../rpc/client/servers.ts';
import type { Clusters } from '../rpc/transport/clusters.ts';
import type { RealTime } from '../rpc/transport/tcp/real-time.ts';
import type { Transport } from '../rpc/transport/transport.ts';

export interface Clients {
  readonly meta: MetaClient;
  readonly data: DataClient;
  readonly control: ControlClient;
  readonly servers: ServersClient;
}

export interface BackendOptions {
  readonly directory: string;
  readonly host: () => Promise<Host>;
  /** For a workspace that is new. */
  readonly seed?: number;
  readonly clock?: 'manual' | 'realtime';
  /** Checks every message against its schema; for tests. */
  readonly checked?: boolean;
  /** Meta servers of a real cluster, which then answers instead of the workspace. */
  readonly metaList?: string;
  /** What waits for a real cluster take; real time by default. */
  readonly time?: RealTime;
  /** How long a request may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** When a commit is on the disk: with it, or (`group`, by default) when answers are shown. */
  readonly durability?: 'sync' | 'group';
  /** Called before each request to a real cluster that the workspace remembers; what it throws refuses it. */
  readonly beforeReal?: () => void;
  /** What an answer survives; `power` by default. */
  readonly survives?: 'power' | 'process' | undefined;
}

/** The workspace that the commands of one run share, opened when the first of them needs it. */
export class Backend {
  #options: BackendOptions;
  readonly #clients = new Map<string, Clients>();
  #engine: Clusters | undefined;
  #connect: ((transport: Transport, timeoutMs?: number) => Clients) | undefined;
  #suspended = false;
  /** Called before each request of a client; may keep it waiting, or refuse it. */
  beforeCall: () => Promise<void> | undefined = () => undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /**
   * @param pause waits, or throws where the waiting for another process is to end
   * @returns what a user should know once, for stderr; nothing when it was open already
   */
  async open(
    place: Partial<BackendOptions> = {},
    pause?: (ms: number) => Promise<void>,
  ): Promise<readonly string[]> {
    if (this.isOpen) return [];
    if (this.#engine?.isGone || (this.#suspended && (await this.#isServed()))) this.close();
    if (this.#engine !== undefined) {
      if (pause !== undefined) await this.#untilReleased(pause);
      this.resume();
      return [];
    }
    this.#options = { ...this.#options, ...place };
    const { connect } = await import('./connect.ts');
    this.#connect = connect;
    this.#engine = await openClusters(this.#options);
    return this.#engine.notices;
  }

  /** Whether `open` would do nothing. */
  get isOpen(): boolean {
    return this.#engine !== undefined && !this.#engine.isGone && !this.#suspended;
  }

  /** Whether what was answered is durable already. */
  get isDurable(): boolean {
    return this.#engine?.isDurable ?? false;
  }

  get currentCluster(): string {
    return this.#opened().currentCluster();
  }

  clients(cluster: string): Clients {
    const known = this.#clients.get(cluster);
    if (known !== undefined) return known;
    const clients = this.#connect!(this.#held(this.#opened().transport(cluster)), this.#options.timeoutMs);
    this.#clients.set(cluster, clients);
    return clients;
  }

  #held(transport: Transport): Transport {
    return {
      ...transport,
      call: (...request) => {
        const held = this.beforeCall();
        return held === undefined ? transport.call(...request) : held.then(() => transport.call(...request));
      },
    };
  }

  /** Clients for whom no time passes: they only look. */
  onlookers(cluster: string): Clients {
    return this.#connect!(this.#opened().transport(cluster, true));
  }

  /** Makes everything durable that was answered. */
  sync(): void {
    if (!this.#suspended) this.#engine?.sync();
  }

  /** Lets other processes use the workspace until the next command. */
  suspend(): void {
    if (this.#suspended) return;
    this.#engine?.suspend();
    this.#suspended = this.#engine !== undefined;
  }

  resume(): void {
    if (this.#suspended) this.#engine?.resume();
    this.#suspended = false;
  }

  /** The same while `work` goes on. */
  async suspendedFor<T>(work: () => Promise<T>): Promise<T> {
    const wasOpen = this.isOpen;
    this.suspend();
    try {
      return await work();
    } finally {
      if (wasOpen) this.resume();
    }
  }

  async holdsWorkspace(directory = this.directory): Promise<boolean> {
    this.mustBeWorkspace();
    if (this.#engine !== undefined && directory === this.directory) return true;
    const { fs } = await this.#options.host();
    return fs.stat(`${directory}/workspace.json`) !== undefined;
  }

  /** Deletes the workspace's contents, damaged or not. */
  async erase(): Promise<void> {
    this.mustBeWorkspace();
    const { eraseWorkspace } = await import('../host/erase-workspace.ts');
    this.close();
    eraseWorkspace(await this.#options.host(), this.directory);
  }

  /** Looks for damage in the workspace's files. */
  async check(options: FsckOptions): Promise<FsckReport> {
    this.mustBeWorkspace();
    const { fsck } = await import('../engine/fsck/fsck.ts');
    this.close();
    return fsck(await this.#options.host(), this.directory, options);
  }

  async snapshots(): Promise<Snapshots> {
    this.mustBeWorkspace();
    const { Snapshots } = await import('../engine/snapshot/snapshots.ts');
    this.close();
    return new Snapshots(await this.#options.host(), this.directory);
  }

  /** `close`, faster where there is much to write: nothing else may be asked meanwhile. */
  async closing(): Promise<void> {
    try {
      await this.#engine?.closing?.();
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
    this.#clients.clear();
    this.#suspended = false;
  }

  async #untilReleased(pause: (ms: number) => Promise<void>): Promise<void> {
    const { untilReleased } = await import('../rpc/transport/served-at.ts');
    await untilReleased(await this.#options.host(), this.directory, pause);
  }

  /** Whether another process has begun to serve the workspace. */
  async #isServed(): Promise<boolean> {
    const { servedAt } = await import('../rpc/transport/served-at.ts');
    return servedAt(await this.#options.host(), this.directory) !== undefined;
  }

  /** @throws UsageError where a real cluster answers instead */
  mustBeWorkspace(): void {
    if (this.#options.metaList !== undefined)
      throw notOnRealCluster('it is for a workspace: leave --meta (PEGSH_META) out');
  }

  #opened(): Clusters {
    if (this.#engine === undefined) throw new Error('a command that is offline asked for a cluster');
    return this.#engine;
  }
}

async function openClusters({ metaList, ...options }: BackendOptions): Promise<Clusters> {
  if (metaList === undefined) return openWorkspace(options);
  const { realCluster } = await import('../rpc/transport/tcp/real-cluster.ts');
  return realCluster(metaList);
}

async function openWorkspace({ host, ...options }: BackendOptions): Promise<Clusters> {
  const [{ servedAt }, machine] = await Promise.all([import('../rpc/transport/served-at.ts'), host()]);
  const endpoint = servedAt(machine, options.directory);
  const { withRealClusters } = await import('../rpc/transport/workspace-clusters.ts');
  if (endpoint !== undefined) {
    const { openServed } = await import('../rpc/transport/served.ts');
    try {
      return withRealClusters(await openServed(endpoint), options);
    } catch (error) {
      if (servedAt(machine, options.directory) === endpoint) throw error;
      // It has just ended: the workspace is to be had.
      return openWorkspace({ host, ...options });
    }
  }
  const { openLocal } = await import('../rpc/transport/local.ts');
  return withRealClusters(openLocal({ durability: 'group', ...options, host: machine }), options);
}
