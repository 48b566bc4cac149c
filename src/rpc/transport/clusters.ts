import type { RealCluster } from '../idl/control.ts';
import type { Transport } from './transport.ts';

/** What answers the commands of one run: the clusters of a workspace, or a real one. */
export interface Clusters {
  /**
   * The transport to a cluster; to the current one when the name is empty.
   *
   * @param looksOnly on the local engine no time passes for its calls: to look up what could be typed changes nothing
   * @throws ClusterError ERR_OBJECT_NOT_FOUND where no such cluster can be reached from here
   */
  transport(cluster: string, looksOnly?: boolean): Transport;
  currentCluster(): string;
  clusters(): string[];
  /** Whether nothing answers any more, so that it must be looked for anew. */
  readonly isGone?: boolean;
  /** Whether what was answered is durable already, so that it need not be held back. */
  readonly isDurable: boolean;
  /** What a user should know once, for stderr. */
  readonly notices: readonly string[];
  /** Makes everything durable that was answered (durability `group`). */
  sync(): void;
  /** Lets other processes use the workspace until `resume`. */
  suspend(): void;
  resume(): void;
  close(): void;
  /** What of `close` takes long, done faster; nothing else may be asked from now on. */
  closing?(): Promise<void>;
}

/** A workspace's own clusters, and the names of the real ones that it remembers. */
export interface WorkspaceClusters extends Clusters {
  realClusters(): readonly RealCluster[];
}
