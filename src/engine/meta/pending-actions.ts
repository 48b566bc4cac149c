import type { Action, PartitionRecord, PendingActions } from '../documents/meta.ts';
import type { Doc } from '../storage/store.ts';
import { isMember } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';
import { Placement } from './placement.ts';

const PREFIX = 'actions:';

/**
 * Actions that partitions are in the middle of, in the leader's memory (`proposal_actions` of `meta_data.cpp`):
 * a cure's single one, or the steps of a move. The first is sent again and again until the configuration changes.
 */
export class Actions {
  readonly placement: Placement;
  private readonly memory: Doc<PendingActions>;

  constructor(meta: MetaServer, memory: Doc<PendingActions>) {
    this.memory = memory;
    this.placement = new Placement(meta);
    for (const gpid of this.partitions()) this.count(gpid, 1);
  }

  /** Partitions that are in the middle of something. */
  partitions(): string[] {
    return this.memory
      .keys()
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length));
  }

  first(gpid: string): Action | undefined {
    return this.of(gpid)?.actions[0];
  }

  has(gpid: string): boolean {
    return this.of(gpid) !== undefined;
  }

  /** What the guardian wants. */
  cure(gpid: string, action: Action): void {
    this.set(gpid, { actions: [action], from_balancer: false });
    this.count(gpid, 1);
  }

  /** What a person or the balancer wants, one step after another. */
  move(gpid: string, actions: readonly Action[]): void {
    this.set(gpid, { actions: [...actions], from_balancer: true });
  }

  /** After every change of the configuration the first is taken for done. */
  finishFirst(gpid: string): void {
    const pending = this.of(gpid);
    if (pending === undefined) return;
    this.count(gpid, -1);
    this.set(gpid, { ...pending, actions: pending.actions.slice(1) });
  }

  drop(gpid: string): void {
    this.count(gpid, -1);
    this.memory.delete(PREFIX + gpid);
  }

  dropAll(): void {
    for (const gpid of this.partitions()) this.drop(gpid);
  }

  private of(gpid: string): PendingActions | undefined {
    return this.memory.get(PREFIX + gpid);
  }

  private set(gpid: string, pending: PendingActions): void {
    if (pending.actions.length > 0) this.memory.set(PREFIX + gpid, pending);
    else this.memory.delete(PREFIX + gpid);
  }

  private count(gpid: string, sign: 1 | -1): void {
    const pending = this.of(gpid);
    if (pending === undefined || pending.from_balancer) return;
    const appId = Number(gpid.split('.')[0]);
    for (const action of pending.actions) this.placement.propose(appId, action, sign);
  }
}

/** Whether an action still makes sense (`partition_guardian.cpp from_proposals`). */
export function isActionValid(meta: MetaServer, partition: PartitionRecord, action: Action): boolean {
  const { type, target, node } = action;
  if (!meta.liveness.isAlive(target) || !meta.liveness.isAlive(node)) return false;
  const isSecondary = partition.secondaries.includes(node);
  const isLed = partition.primary !== '';
  switch (type) {
    case 'CT_ASSIGN_PRIMARY':
      return node === target && !isLed && !isSecondary;
    case 'CT_UPGRADE_TO_PRIMARY':
      return node === target && !isLed && isSecondary;
    case 'CT_ADD_SECONDARY':
    case 'CT_ADD_SECONDARY_FOR_LB':
      return isLed && target === partition.primary && !isSecondary;
    case 'CT_DOWNGRADE_TO_INACTIVE':
    case 'CT_REMOVE':
      return isLed && target === partition.primary && isMember(partition, node);
    case 'CT_DOWNGRADE_TO_SECONDARY':
      return isLed && target === node && target === partition.primary;
    default:
      return false;
  }
}
