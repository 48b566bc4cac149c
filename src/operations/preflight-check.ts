/** What the checks before a duplication have in common. */
import type { ClusterState, ConfigRow, FaultState, NodeState } from '../rpc/idl/control.ts';
import type { DuplicationEntry } from '../rpc/idl/duplication.ts';
import type { AppInfo } from '../rpc/idl/layer2.ts';

/** One side of a duplication that is to be. */
export interface Side {
  readonly cluster: ClusterState;
  readonly config: ReadonlyMap<string, ConfigRow>;
  readonly nodes: readonly NodeState[];
  readonly tables: readonly AppInfo[];
  /** By table name. */
  readonly duplications: ReadonlyMap<string, readonly DuplicationEntry[]>;
  /** `fl_steady`; '' where no meta server runs. */
  readonly level: string;
  /** What is injected anywhere. */
  readonly faults: readonly FaultState[];
}

/** What is to be duplicated; without a table only the clusters are compared. */
export interface Plan {
  readonly table: string | undefined;
  readonly remoteTable: string;
  /** 0 = as many as the source has. */
  readonly remoteReplicas: number;
  readonly isFull: boolean;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly here: string;
  readonly there: string;
  /** What happens if the duplication is added nevertheless, and what to do; '' where the check holds. */
  readonly consequence: string;
  readonly action: string;
}

export function passed(name: string, here: string, there: string): Check {
  return { name, ok: true, here, there, consequence: '', action: '' };
}

export function failed(
  name: string,
  here: string,
  there: string,
  consequence: string,
  action: string,
): Check {
  return { name, ok: false, here, there, consequence, action };
}

/** A setting's value as text. */
export function settingOf(side: Side, key: string): string {
  return side.config.get(key)?.value ?? '';
}

/** How many servers of a role run. */
export function countRunning(side: Side, role: 'meta' | 'replica'): number {
  return side.nodes.filter((node) => node.role === role && node.state === 'running').length;
}
