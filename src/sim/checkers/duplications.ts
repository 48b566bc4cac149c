import type { DuplicationPartition, DuplicationState } from '../../rpc/idl/control-duplication.ts';
import { Violation } from '../world.ts';
import type { ClusterView } from './snapshot.ts';

/** Where a duplication can be, some steps after a status. */
const REACHABLE: Readonly<Record<string, readonly string[]>> = {
  DS_INIT: ['DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE'],
  DS_PREPARE: ['DS_APP', 'DS_LOG', 'DS_PAUSE'],
  DS_APP: ['DS_LOG', 'DS_PAUSE'],
  DS_LOG: ['DS_PAUSE'],
  DS_PAUSE: ['DS_LOG'],
};
/** What can be asked for, besides what is there already and to be removed (`duplication_info.h is_valid_alteration`). */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  DS_PREPARE: ['DS_APP'],
  DS_APP: ['DS_LOG'],
  DS_LOG: ['DS_PAUSE'],
  DS_PAUSE: ['DS_LOG'],
};
/** Where it may have gone by itself meanwhile. */
const NEXT: Readonly<Record<string, string>> = { DS_PREPARE: 'DS_APP', DS_APP: 'DS_LOG' };
const AT_REST = ['DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE'];

/**
 * What is asked for is refused where there is no edge, and nowhere else; busy is who is at something else.
 *
 * @param from the status just before
 * @throws Violation
 */
export function checkReply(from: string, asked: string, err: string): void {
  const isLegal = (status: string) =>
    asked === status || asked === 'DS_REMOVED' || LEGAL[status]?.includes(asked) === true;
  const possible = [from, NEXT[from] ?? from].map(isLegal);
  const isRefused = err === 'ERR_INVALID_PARAMETERS';
  if ((err === 'ERR_OK' || isRefused) && !possible.includes(!isRefused))
    throw new Violation(`a duplication in ${from} that is to become ${asked}: ${err}`);
}

/** What must hold of duplications at any time. */
export function checkDuplications(view: ClusterView): string[] {
  const found = view.duplications.flatMap((duplication) =>
    checkDuplication(duplication, view.isStorageSilent, view.askedAgain.includes(duplication.app_id)),
  );
  const lasting = view.duplications.filter(
    ({ app_id }) => isThere(view, app_id) && !wasRecalled(view, app_id),
  );
  for (const duplication of lasting) found.push(...checkLogs(view, duplication));
  const targets = lasting.map(({ remote, remote_app_name }) => `${remote}/${remote_app_name}`);
  if (new Set(targets).size !== targets.length) found.push(`two tables are duplicated into one: ${targets}`);
  return found;
}

/** No member of a partition has thrown away log that is not confirmed. */
function checkLogs(
  { partitions, servers }: ClusterView,
  { app_id, dupid, partitions: progress }: DuplicationState,
) {
  return progress.flatMap(({ pidx, stored_decree: stored }) => {
    const gpid = `${app_id}.${pidx}`;
    const { primary = '', secondaries = [] } = partitions.find((one) => one.gpid === gpid) ?? {};
    return servers.flatMap(({ server: { node }, replicas }) => {
      const replica = replicas.find((one) => one.gpid === gpid);
      const counts = node === primary || secondaries.includes(node);
      if (!counts || replica === undefined || stored < 0 || replica.max_gced_decree <= stored) return [];
      return `${gpid} on ${node}: the log is gone up to ${replica.max_gced_decree}, duplication ${dupid} has confirmed ${stored}`;
    });
  });
}

/** A dropped table keeps its duplication, for when it is recalled. */
function isThere({ apps = [] }: ClusterView, appId: number): boolean {
  return apps.some(({ app_id, status }) => app_id === appId && status === 'AS_AVAILABLE');
}

/**
 * Nobody looks then at what was duplicated meanwhile (`server_state.cpp recall_app`), and a leader that began while the
 * table was dropped knows nothing of its duplications, so that nothing is kept for them until the next one begins.
 */
function wasRecalled({ partitions }: ClusterView, appId: number): boolean {
  return partitions.some(({ gpid, recalledBallot }) => recalledBallot > 0 && gpid.startsWith(`${appId}.`));
}

/** What is asked for again is resumed in RAM only, as upstream does (D3). */
function checkDuplication(
  duplication: DuplicationState,
  isStorageSilent: boolean,
  wasAskedAgain: boolean,
): string[] {
  const { app_name, dupid, status, stored_status } = duplication;
  const where = `duplication ${dupid} of ${app_name}`;
  return [
    ...(AT_REST.includes(status) || isStorageSilent ? [] : [`${where} rests in ${status}`]),
    ...(status === stored_status || isStorageSilent || wasAskedAgain
      ? []
      : [`${where} is ${status}, stored is ${stored_status}`]),
    ...duplication.partitions.flatMap((partition) => checkPartition(where, partition)),
  ];
}

/** A new primary begins with what is stored, which is beyond what it has where the one before was lost. */
function checkPartition(where: string, partition: DuplicationPartition): string[] {
  const {
    pidx,
    has_duplicator,
    confirmed_decree: confirmed,
    last_decree: last,
    min_checkpoint_decree: min,
    stored_decree: stored,
  } = partition;
  if (!has_duplicator) return [];
  const { last_committed_decree: committed } = partition;
  const found: string[] = [];
  if (confirmed > last) found.push(`confirmed ${confirmed} is beyond shipped ${last}`);
  if (last > Math.max(committed, min) && last !== stored)
    found.push(`shipped ${last} is beyond committed ${committed}`);
  if (min < 1) found.push(`min_checkpoint_decree is ${min}`);
  return found.map((text) => `${where}, partition ${pidx}: ${text}`);
}

/** What must hold from one look to the next: only edges of the state machine, and stored progress never falls. */
export function checkDuplicationProgress(before: ClusterView, after: ClusterView): string[] {
  const keyOf = ({ app_id, dupid }: DuplicationState) => `${app_id}/${dupid}`;
  const old = new Map(before.duplications.map((duplication) => [keyOf(duplication), duplication]));
  return after.duplications.flatMap((duplication) => {
    if (after.askedAgain.includes(duplication.app_id)) return [];
    const was = old.get(keyOf(duplication));
    return was === undefined ? [] : compare(was, duplication);
  });
}

function compare(was: DuplicationState, is: DuplicationState): string[] {
  const where = `duplication ${is.dupid} of ${is.app_name}`;
  const isLegal = was.status === is.status || REACHABLE[was.status]?.includes(is.status) === true;
  const found = isLegal ? [] : [`${where} went from ${was.status} to ${is.status}`];
  const partitions = new Map(was.partitions.map((partition) => [partition.pidx, partition]));
  for (const partition of is.partitions) {
    const old = partitions.get(partition.pidx);
    if (old === undefined) continue;
    for (const text of comparePartition(old, partition))
      found.push(`${where}, partition ${partition.pidx}: ${text}`);
  }
  return found;
}

/** What the meta server has heard of a checkpoint may be of the time before the primary began anew: with another decree. */
function comparePartition(was: DuplicationPartition, is: DuplicationPartition): string[] {
  const { stored_decree: stored, last_durable_decree: durable, min_checkpoint_decree: min } = is;
  const found = stored < was.stored_decree ? [`stored ${was.stored_decree} fell to ${stored}`] : [];
  const isSameStart = was.has_duplicator && was.primary === is.primary && was.min_checkpoint_decree === min;
  const isNews = is.checkpoint_prepared && !was.checkpoint_prepared;
  if (isNews && isSameStart && stored < 0 && durable < min)
    found.push(`a checkpoint counts as prepared, durable is ${durable}, needed ${min}`);
  return found;
}
