import type { Cluster } from '../cluster.ts';
import type { NodeRecord } from '../documents/cluster.ts';
import type { Steps } from '../steps.ts';

/** Who is asked. */
export interface Server {
  readonly cluster: Cluster;
  readonly node: string;
  readonly role: NodeRecord['role'];
}

/** A command that a server registers (`command_manager::register_*`); upstream's name and description. */
export interface RemoteCommand {
  readonly name: string;
  readonly description: string;
  readonly usage: string;
  /** Undefined = every server has it. */
  readonly role?: NodeRecord['role'];
  /** Where a meta server has it only once it leads, or only once it has found its state (`meta_service.cpp start`). */
  readonly needs?: 'lead' | 'state';
  /** In steps where it concerns many replicas. */
  run(server: Server, words: readonly string[]): string | Steps<string>;
}
