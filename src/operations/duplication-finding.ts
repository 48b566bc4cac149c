/** What the rules have in common. */
import type { FaultState } from '../rpc/idl/control.ts';
import type { DuplicationPartition, DuplicationState } from '../rpc/idl/control-duplication.ts';
import type { Facts, Finding } from './duplication-diagnose.ts';
import { faultsOf, faultText } from './fault-between.ts';

export type Cause = readonly [reason: string, actions: readonly string[]];

export function finding(
  verdict: Finding['verdict'],
  side: Finding['side'],
  reason: string,
  actions: readonly string[],
  partitions: readonly DuplicationPartition[] = [],
): Finding {
  const nodes = [...new Set(partitions.map((partition) => partition.primary))].filter((node) => node !== '');
  return { verdict, side, reason, partitions: partitions.map((partition) => partition.pidx), nodes, actions };
}

/** The command that ends a duplication, in whatever status it is. */
export function removal({ cluster, state }: Facts): string {
  return `pegsh -C ${cluster} remove_dup ${state.app_name} ${state.dupid}`;
}

/** A follower that cannot be caught up is made anew. */
export function startOver(facts: Facts): string[] {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table } = state;
  return [
    removal(facts),
    `pegsh -C ${remote} drop ${table}`,
    `pegsh -C ${cluster} add_dup ${state.app_name} ${remote} -s -a ${table}`,
  ];
}

/** The same where there is nothing to be dropped. */
export function addAgain(facts: Facts): string[] {
  const [remove = '', , add = ''] = startOver(facts);
  return [remove, add];
}

/** Whether the remote drops what comes without credentials, and the source has none. */
export function isRefused({ state }: Facts): boolean {
  return state.remote_demands_auth && !state.local_has_auth;
}

/** @param restart gets rid of connections that were refused: the remote being open, they stay deaf */
export function refusedCause(facts: Facts, restart: readonly string[]): Cause {
  const { cluster, state } = facts;
  const { remote } = state;
  return [
    `${remote} demands authentication and drops what comes without; ${cluster} gives none`,
    [
      `pegsh cluster config ${remote} security.mandatory_auth false`,
      ...restart,
      `or pegsh cluster config ${cluster} security.enable_auth true`,
      restartAll(facts),
    ],
  ];
}

/** Of connections that were refused for want of credentials, and stay deaf. */
export function staleText({ cluster, state: { remote } }: Facts): string {
  return `${remote} lets ${cluster} in, but the connection is from before: its replies do not arrive`;
}

/** Whether a duplication has not begun to ship. */
export function isEarly({ status }: DuplicationState): boolean {
  return status === 'DS_PREPARE' || status === 'DS_APP';
}

/** The command that restarts the meta server which leads a cluster. */
export function restartLeader({ clusters }: Facts, cluster: string): string {
  return `pegsh -C ${cluster} node restart ${clusters.get(cluster)?.leader ?? 'meta1'}`;
}

/** The command that restarts every server of the source cluster. */
export function restartAll({ cluster, servers }: Facts): string {
  const names = [...servers.values()].map(({ name }) => name);
  return `pegsh -C ${cluster} node restart ${names.join(' ')}`;
}

/** The command that brings back the remote's replica servers, as far as they are only down. */
export function startServers({ state: { remote, remote_down: down } }: Facts): string {
  return `pegsh -C ${remote} node ${down.length > 0 ? `start ${down.join(' ')}` : 'list'}`;
}

/** Two settings or addresses that do not fit are put right by hand; this shows both. */
export function compareSides({ cluster, state }: Facts): string {
  return `pegsh -C ${cluster} dup preflight ${state.remote} --table ${state.app_name}`;
}

/** What is injected is healed; where nothing is, somebody has to look. */
export function heal(fault: FaultState | undefined): string {
  return fault === undefined ? 'pegsh fault list' : `pegsh fault clear ${fault.id}`;
}

/** Why the meta servers of a cluster store nothing, as far as it is injected. */
export function storageSilent({ faults }: Facts, cluster: string): Cause | undefined {
  return injected(
    faultsOf(faults, cluster, 'zookeeper'),
    `ZooKeeper does not answer the meta server of ${cluster}`,
  );
}

/** Why no replica of a cluster gets onto its disks, as far as it is injected. */
export function disksFail({ faults }: Facts, cluster: string): Cause | undefined {
  return injected(faultsOf(faults, cluster, 'disk_'), `disks of ${cluster} fail`);
}

function injected(faults: readonly FaultState[], what: string): Cause | undefined {
  if (faults.length === 0) return undefined;
  const told = faults.map((fault) => `fault ${fault.id}: ${faultText(fault)}`);
  return [`${what} (${told.join(', ')})`, faults.map(heal)];
}

/** ` (fault 1: partition A B)` of what is injected between the two clusters. */
export function faultTold({ fault }: Facts): string {
  return fault === undefined ? '' : ` (fault ${fault.id}: ${faultText(fault)})`;
}

/** Tells the remote cluster which id the source has, and which its own is. */
export function giveIds({ cluster, setting, state: { remote } }: Facts): string[] {
  return [cluster, remote].map((name) => {
    const key = `duplication-group.${name}`;
    const id = setting(key).replace(/^0$/, '');
    return `pegsh cluster config ${remote} ${key} ${id || 'ID'}`;
  });
}

/** A size for people: bytes, KiB or MiB. */
export function bytesText(count: number): string {
  if (count < 1024) return `${count} bytes`;
  const mebibytes = count / (1024 * 1024);
  return mebibytes < 1 ? `${Math.ceil(count / 1024)} KiB` : `${mebibytes.toFixed(1)} MiB`;
}

/** A pause is forgotten easily. */
export function whenMinutesHavePassed(ageMs: number): string {
  return ageMs < 3_600_000 ? '' : `, for ${Math.floor(ageMs / 3_600_000)} hours`;
}
