import type { FaultKind } from '../../rpc/idl/control.ts';
import type { Random } from '../random.ts';
import { FAULT_KINDS } from './fault.ts';

/** How long a run is: so many operations, or so much simulated time. */
export type Length = { readonly operations: number } | { readonly hours: number };

/** How often a run does what; each seed has its own mixture, so that rare things also happen often. */
export interface Mixture {
  readonly data: number;
  readonly tables: number;
  readonly splits: number;
  readonly envs: number;
  readonly duplications: number;
  readonly nodes: number;
  readonly faults: number;
  readonly moves: number;
  readonly diagnoses: number;
  /** Only where nothing is split, duplicated or backed up by policies. */
  readonly recoveries: number;
  readonly waits: number;
  readonly reopens: number;
  readonly powerCuts: number;
  readonly rests: number;
  readonly upkeep: number;
  readonly backups: number;
  readonly policies: number;
  readonly scans: number;
  readonly faultKinds: readonly FaultKind[];
  readonly longestWaitMs: number;
  readonly longestRestMs: number;
  /** How many of the tables make atomic operations idempotent when they are made. */
  readonly idempotentTables: number;
}

const HOUR_MS = 3_600_000;

export function mixtureOf(random: Random, length: Length, isTight: boolean): Mixture {
  const often = (weight: number): number => (random.chance(0.25) ? 0 : weight * 2 * random.fraction());
  const isCollected = random.chance(0.15);
  return {
    data: 60,
    tables: often(random.chance(0.2) ? 12 : 2),
    splits: isCollected ? 0 : often(2),
    envs: often(3),
    duplications: isCollected ? 0 : often(3),
    nodes: often(6),
    faults: often(6),
    moves: often(2),
    diagnoses: often(0.5),
    recoveries: isCollected ? 1 : 0,
    waits: 6 + often(10),
    reopens: often(1),
    powerCuts: often(1),
    // A long run is one of clusters that are whole most of the time.
    rests: 'hours' in length ? 2 : often(0.5),
    longestRestMs: longestRest(length, isTight),
    faultKinds: FAULT_KINDS.filter(() => random.chance(0.5)),
    longestWaitMs: random.weighted([
      [4, 5_000],
      [5, 60_000],
      [3, 600_000],
      [1, HOUR_MS],
      [0.1, 12 * HOUR_MS],
    ]),
    idempotentTables: random.weighted([
      [6, 0],
      [2, 0.5],
      [2, 1],
    ]),
    upkeep: often(3),
    backups: often(1.5),
    policies: isCollected ? 0 : often(1),
    scans: often(2),
  };
}

/** Up to a month, or a tenth of what there is; an hour where log is thrown away at once. */
function longestRest(length: Length, isTight: boolean): number {
  if (isTight) return HOUR_MS;
  const most = 30 * 24 * HOUR_MS;
  return 'hours' in length ? Math.min(most, (length.hours * HOUR_MS) / 10) : most;
}
