/** Limits on requests by table envs (`throttling_controller.cpp`, `token_bucket_throttling_controller.cpp`). */

import {
  parseReadSizeLimit,
  parseThrottling,
  type Throttling,
  type ThrottlingRule,
} from '../../rpc/idl/throttling.ts';
import { inSeconds, MS, SECOND } from '../clock.ts';
import type { Replica } from './replica.ts';

const ENVS = {
  write: 'replica.write_throttling',
  write_size: 'replica.write_throttling_by_size',
  read: 'replica.read_throttling',
  backup: 'replica.backup_request_throttling',
} as const;
export type ThrottledUnit = keyof typeof ENVS;

const READ_SIZE_ENV = 'replica.read_throttling_by_size';

/** What becomes of a request that is over a limit. */
export interface Throttled {
  readonly how: 'delay' | 'reject';
  readonly waitUs: number;
}

/**
 * Counts a request; a second begins a new count. What is rejected does not count.
 *
 * @param timeoutUs of the client, of whose patience no more than half is used up
 */
export function throttle(
  replica: Replica,
  unit: ThrottledUnit,
  units: number,
  timeoutUs: number,
): Throttled | undefined {
  const limits = limitsOf(replica, ENVS[unit]);
  if (limits === undefined) return undefined;
  const { ram } = replica;
  const second = inSeconds(replica.now);
  const counted = ram.throttled?.second === second ? ram.throttled.units : {};
  const sum = (counted[unit] ?? 0) + units;
  if (isOver(limits.reject, sum, replica)) return { how: 'reject', waitUs: waitOf(limits.reject, timeoutUs) };
  ram.throttled = { ...ram.throttled, second, units: { ...counted, [unit]: sum } };
  replica.saveRam();
  if (isOver(limits.delay, sum, replica)) return { how: 'delay', waitUs: waitOf(limits.delay, timeoutUs) };
  return undefined;
}

/** Whether reads by size have used up what a second gives them, and have to be refused. */
export function isReadBudgetSpent(replica: Replica): boolean {
  const rate = readRate(replica);
  return rate > 0 && budgetOf(replica, rate) <= 0;
}

/** Takes what a read gave out of the budget, which may go below zero; a read above the whole budget takes nothing. */
export function spendReadBudget(replica: Replica, bytesOf: () => number): void {
  const rate = readRate(replica);
  if (rate === 0) return;
  const bytes = bytesOf();
  if (bytes > rate) return;
  const left = budgetOf(replica, rate) - bytes;
  const { ram, now } = replica;
  ram.throttled = {
    second: 0,
    units: {},
    ...ram.throttled,
    read_budget_zero_us: Math.round(now - (left / rate) * SECOND),
  };
  replica.saveRam();
}

function limitsOf({ envs }: Replica, env: string): Throttling | undefined {
  const value = envs[env];
  const limits = value === undefined ? undefined : parseThrottling(value);
  return typeof limits === 'string' ? undefined : limits;
}

/** A partition's share of a rule: units divided by the partition count, and one more. */
function isOver(rule: ThrottlingRule | undefined, sum: number, { disk }: Replica): rule is ThrottlingRule {
  if (rule === undefined || rule.units === 0n) return false;
  return sum > Number(rule.units / BigInt(disk.partition_count)) + 1;
}

function waitOf({ waitMs }: ThrottlingRule, timeoutUs: number): number {
  const most = timeoutUs > 0 ? Math.floor(timeoutUs / 2) : Number.POSITIVE_INFINITY;
  return Math.min(Number(waitMs) * MS, most);
}

/** Bytes a second; 0 = no limit. */
function readRate({ envs, disk }: Replica): number {
  const value = envs[READ_SIZE_ENV];
  if (value === undefined) return 0;
  const limit = parseReadSizeLimit(value);
  return typeof limit === 'string' ? 0 : Math.floor(Number(limit) / disk.partition_count);
}

/** Bytes that may be read now: a second's worth at most. */
function budgetOf({ ram, now }: Replica, rate: number): number {
  const zero = ram.throttled?.read_budget_zero_us ?? 0;
  return Math.min(rate, ((now - zero) / SECOND) * rate);
}
