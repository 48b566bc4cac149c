import { AssertionFailure } from '../crash.ts';
import type { Action, AppRecord, PartitionRecord } from '../documents/meta.ts';
import { checkAnyway } from '../meta/check-timer.ts';
import { type Change, isMember } from '../meta/configuration.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer, sendOneWay } from '../network.ts';
import type { Steps } from '../steps.ts';
import { isWriteFailing } from './disk-faults.ts';
import { failsToCopy } from './follower-copy.ts';
import { reopen } from './garbage.ts';
import { bringInStep, changeMembers, takeConfiguration } from './group.ts';
import { learning } from './learn.ts';
import { openingAsPrimary } from './open-as-primary.ts';
import { readingLongRecords } from './read-records.ts';
import { askForConfiguration } from './reconfiguration.ts';
import { askForRemoval } from './removal.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration, changeStatus } from './role.ts';
import { hearWhetherDuplicated } from './table-info.ts';

/** A proposal as it arrives at a server, with what the meta server sent along of the table and its configuration. */
interface Proposal {
  readonly meta: MetaServer;
  readonly server: ReplicaServer;
  readonly app: AppRecord;
  readonly pidx: number;
  readonly partition: PartitionRecord;
  readonly action: Action;
}

/**
 * @param replica the target's own; undefined where it has none
 * @returns whether anything comes of the proposal
 */
type Handler = (proposal: Proposal, replica: Replica | undefined) => boolean;

const HANDLERS: Partial<Record<Action['type'], Handler>> = {
  CT_UPGRADE_TO_PRIMARY: upgradeToPrimary,
  CT_DOWNGRADE_TO_SECONDARY: onPrimary(downgradePrimary),
  CT_DOWNGRADE_TO_INACTIVE: onPrimary(loseMember),
  CT_REMOVE: onPrimary(loseMember),
};

/**
 * A server is asked to change its part in a partition (`replica_config.cpp on_config_proposal`). What is sent to one
 * that does not run, or is not connected, is lost.
 */
export function* deliveringProposal(meta: MetaServer, proposal: Omit<Proposal, 'meta' | 'server'>): Steps {
  const { cluster } = meta;
  const server = cluster.replicaServer(proposal.action.target);
  if (server === undefined) return;
  let hasArrived = false;
  sendOneWay(meta, server, () => {
    hasArrived = server.process.connected;
  });
  if (!hasArrived) return;
  const handling = handlingProposal({ ...proposal, meta, server });
  const isHandled = yield* cluster.universe.timeline.guarding(cluster, server.node, handling);
  if (isHandled === true) checkAnyway(meta);
}

/** One that was made before the configuration that the replica has, or while it asks for another, is ignored. */
function* handlingProposal(proposal: Proposal): Steps<boolean> {
  const { server, app, pidx, partition, action } = proposal;
  const replica = server.find(`${app.app_id}.${pidx}`);
  if (replica !== undefined) {
    const { ballot, reconfiguration } = replica.ram;
    if (partition.ballot < ballot || reconfiguration !== undefined) return false;
    if (partition.ballot > ballot && !hasPartIn(partition, replica)) return true;
    hearWhetherDuplicated(app, replica);
  }
  const { type } = action;
  if (type === 'CT_ADD_SECONDARY' || type === 'CT_ADD_SECONDARY_FOR_LB')
    return isLedBy(proposal, replica) && (yield* addingSecondary(proposal, replica));
  if (type === 'CT_ASSIGN_PRIMARY') return yield* assigningPrimary(proposal, replica);
  const handle = HANDLERS[type];
  if (replica !== undefined && type === 'CT_UPGRADE_TO_PRIMARY') yield* readingLongRecords(replica);
  if (handle !== undefined) return handle(proposal, replica);
  if (replica === undefined) return false;
  throw unknownType(proposal);
}

/** Takes over a newer configuration; one that was something, and is no member any more, is closed. */
function hasPartIn(partition: PartitionRecord, replica: Replica): boolean {
  if (replica.ram.status === 'PS_INACTIVE' || isMember(partition, replica.server.node)) {
    takeConfiguration(replica, partition);
    return true;
  }
  adoptConfiguration(replica, partition);
  changeStatus(replica, 'PS_INACTIVE');
  return false;
}

/** The target takes the lead of a partition without members; one that was about to close its replica only keeps it. */
function* assigningPrimary(proposal: Proposal, known: Replica | undefined): Steps<boolean> {
  const { meta, server, app, pidx, partition } = proposal;
  if (partition.primary !== '') return false;
  mustBeTarget(proposal);
  const gpid = `${app.app_id}.${pidx}`;
  const closing = known === undefined ? server.findClosing(gpid) : undefined;
  if (closing !== undefined) {
    reopen(closing);
    return true;
  }
  const replica = known ?? (yield* openingAsPrimary(meta, server, app, pidx, partition));
  if (replica === undefined) return !failsToCopy(server, gpid);
  yield* readingLongRecords(replica);
  lead(replica, partition, 'CT_ASSIGN_PRIMARY');
  return true;
}

/** A secondary takes the lead of a partition that lost its primary; one without the replica takes itself out. */
function upgradeToPrimary(proposal: Proposal, replica: Replica | undefined): boolean {
  const { server, app, pidx, partition } = proposal;
  if (partition.primary !== '' || !partition.secondaries.includes(server.node)) return false;
  if (replica === undefined) {
    askForRemoval(server, app.app_id, pidx, partition);
    return true;
  }
  mustBeTarget(proposal);
  if (replica.ram.status !== 'PS_SECONDARY') return false;
  lead(replica, partition, 'CT_UPGRADE_TO_PRIMARY');
  return true;
}

function lead(
  replica: Replica,
  partition: PartitionRecord,
  type: 'CT_ASSIGN_PRIMARY' | 'CT_UPGRADE_TO_PRIMARY',
): void {
  const { node } = replica.server;
  const secondaries = partition.secondaries.filter((secondary) => secondary !== node);
  request(replica, partition, { type, node, primary: node, secondaries });
}

/**
 * The primary takes a server in: that one learns, then counts as secondary. For a move one more than there are to be
 * is let in.
 */
function* addingSecondary(proposal: Proposal, replica: Replica): Steps<boolean> {
  const { meta, partition, action } = proposal;
  const { node } = action;
  if (node === partition.primary || partition.secondaries.includes(node)) throw memberAlready(proposal);
  const room = partition.max_replica_count - Number(action.type === 'CT_ADD_SECONDARY');
  if (partition.secondaries.length >= room) return false;
  const learner = meta.cluster.replicaServer(node);
  if (learner === undefined || !(yield* hasLearnt(replica, learner))) return false;
  if (changeMembers(replica, 'CT_UPGRADE_TO_SECONDARY', node)) bringInStep(replica);
  return true;
}

/** A server learns a partition, in rounds between the two. */
function* hasLearnt(primary: Replica, learner: ReplicaServer): Steps<boolean> {
  try {
    callServer(primary.server, learner, () => {
      if (!learner.process.connected) throw new CallFailure('ERR_INVALID_STATE');
      callServer(learner, primary.server, () => {});
      mustBeAbleToLearn(learner);
    });
    yield* learning(primary, learner);
    return true;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return false;
  }
}

/** The primary becomes a secondary, so that another can lead. */
function downgradePrimary(proposal: Proposal, replica: Replica): boolean {
  const { partition, action } = proposal;
  const { node } = action;
  if (node !== partition.primary) throw notThePrimary(proposal);
  request(replica, partition, {
    type: 'CT_DOWNGRADE_TO_SECONDARY',
    node,
    primary: '',
    secondaries: [...partition.secondaries, node],
  });
  return true;
}

/** The primary does without a member: a secondary, or itself. */
function loseMember(proposal: Proposal, replica: Replica): boolean {
  const { meta, partition, action } = proposal;
  const { node } = action;
  const type = action.type === 'CT_REMOVE' ? 'CT_REMOVE' : 'CT_DOWNGRADE_TO_INACTIVE';
  if (node === partition.primary) {
    request(replica, partition, { type, node, primary: '', secondaries: partition.secondaries });
    return true;
  }
  if (type === 'CT_DOWNGRADE_TO_INACTIVE' && !partition.secondaries.includes(node))
    throw notAMember(proposal);
  if (!changeMembers(replica, type, node)) return true;
  bringInStep(replica);
  const gone = type === 'CT_REMOVE' ? meta.cluster.replicaServer(node) : undefined;
  if (gone !== undefined) sendOneWay(replica.server, gone, () => leave(replica, gone));
  return true;
}

/** What is learnt has to be written. */
function mustBeAbleToLearn(learner: ReplicaServer): void {
  if (isWriteFailing(learner)) throw new CallFailure('ERR_FILE_OPERATION_FAILED');
}

/** It is told that it was removed (`on_remove`); one that only fell out of step finds out at its next config sync. */
function leave(primary: Replica, server: ReplicaServer): void {
  const replica = server.find(primary.gpid);
  if (replica === undefined || replica.ram.ballot > primary.ram.ballot) return;
  replica.ram.ballot = primary.ram.ballot;
  if (replica.ram.status !== 'PS_INACTIVE') changeStatus(replica, 'PS_INACTIVE');
}

function request(replica: Replica, partition: PartitionRecord, change: Change): void {
  adoptConfiguration(replica, partition);
  const accepted = askForConfiguration(replica, change);
  if (accepted !== undefined) takeConfiguration(replica, accepted);
}

/** Only the primary of the configuration handles these; whoever is none ignores them. */
function onPrimary(handle: (proposal: Proposal, replica: Replica) => boolean): Handler {
  return (proposal, replica) => isLedBy(proposal, replica) && handle(proposal, replica);
}

function isLedBy({ partition, server }: Proposal, replica: Replica | undefined): replica is Replica {
  return partition.primary === server.node && replica?.isPrimary === true;
}

function mustBeTarget(proposal: Proposal): void {
  const { server, action } = proposal;
  if (action.node === server.node) return;
  throw failure(proposal, 155, 'assign_primary', `[node == _stub->primary_host_port()] ${versus(proposal)}`);
}

function memberAlready(proposal: Proposal): AssertionFailure {
  const { action, partition } = proposal;
  const [line, status] = action.node === partition.primary ? [198, 'PS_PRIMARY'] : [199, 'PS_SECONDARY'];
  const text = `[!_primary_states.check_exist(node, partition_status::${status})] node = ${action.node}`;
  return failure(proposal, line, 'add_potential_secondary', text);
}

function notThePrimary(proposal: Proposal): AssertionFailure {
  const text = `[proposal.hp_node == proposal.config.hp_primary] ${versus(proposal)}`;
  return failure(proposal, 273, 'downgrade_to_secondary_on_primary', text);
}

function notAMember(proposal: Proposal): AssertionFailure {
  const text =
    '[REMOVE_IP_AND_HOST_PORT_BY_OBJ(proposal, node, proposal.config, secondaries)] ' +
    `remove node failed, node = ${proposal.action.node}`;
  return failure(proposal, 298, 'downgrade_to_inactive_on_primary', text);
}

function unknownType(proposal: Proposal): AssertionFailure {
  const text = `[false] invalid config_type, type = config_type::${proposal.action.type}`;
  return failure(proposal, 147, 'on_config_proposal', text);
}

function versus({ action, server }: Proposal): string {
  return `${action.node} vs ${server.node}`;
}

function failure(
  { app, pidx }: Proposal,
  line: number,
  functionName: string,
  text: string,
): AssertionFailure {
  const site = {
    file: 'replica_config.cpp',
    line,
    function: functionName,
    thread: 'replica.replica0',
  };
  return new AssertionFailure(site, `${app.app_id}.${pidx}`, text);
}
