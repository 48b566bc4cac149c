import type { AddFaultRequest, NodeAction } from '../rpc/idl/control.ts';
import type { SplitControlType } from '../rpc/idl/partition-split.ts';
import type { DetectAction, HotkeyType } from '../rpc/idl/replica-admin.ts';
import type { CasCheckType } from '../rpc/idl/rrdb.ts';
import type { FailMode } from './names.ts';

/** Where a data operation goes. A hash key's records are one unit of consistency. */
interface OnKey {
  readonly cluster: string;
  readonly table: string;
  readonly hashKey: string;
}

/** What a write depends on. */
export interface Check {
  readonly sortKey: string;
  readonly type: CasCheckType;
  readonly operand: string;
}

export type DataOperation = OnKey &
  (
    | { readonly kind: 'set'; readonly sortKey: string; readonly value: string; readonly ttl: number }
    | { readonly kind: 'get' | 'ttl' | 'del'; readonly sortKey: string }
    /** A ttl of 0 leaves it as it is, of -1 has it last. */
    | { readonly kind: 'incr'; readonly sortKey: string; readonly by: number; readonly ttl?: number }
    | {
        readonly kind: 'check_and_set';
        readonly check: Check;
        readonly sortKey: string;
        readonly value: string;
        readonly ttl?: number;
      }
    | {
        readonly kind: 'check_and_mutate';
        readonly check: Check;
        readonly removed: string;
        readonly sortKey: string;
        readonly value: string;
      }
    | {
        readonly kind: 'multi_set';
        readonly sortKeys: readonly string[];
        readonly value: string;
        readonly ttl?: number;
      }
    | { readonly kind: 'multi_del'; readonly sortKeys: readonly string[] }
    | { readonly kind: 'multi_get' | 'sortkey_count' | 'hash_scan' }
  );

interface OnTable {
  readonly cluster: string;
  readonly table: string;
}

export type TableOperation = OnTable &
  (
    | {
        readonly kind: 'create';
        readonly partitions: number;
        readonly replicas: number;
        /** Whether incr, check_and_set and check_and_mutate are made idempotent. */
        readonly idempotent?: boolean;
      }
    | { readonly kind: 'drop' }
    /** The one of this name that was dropped last, under another name where one is given. */
    | { readonly kind: 'recall'; readonly to?: string }
    | { readonly kind: 'rename'; readonly to: string }
    /** Some are refused whatever the table is. */
    | {
        readonly kind: 'set_env';
        readonly key: string;
        readonly value: string;
        readonly isRefused?: boolean;
      }
    | { readonly kind: 'del_env'; readonly key: string }
    | { readonly kind: 'set_replica_count'; readonly replicas: number }
    | { readonly kind: 'set_atomic_idempotent'; readonly isOn: boolean }
  );

/** A table gets as many partitions again, while it is in use. */
export type SplitOperation = OnTable &
  /** To so many times as many: only twice as many is taken. */
  (
    | { readonly kind: 'start_split'; readonly factor: number }
    /** Of one parent, or of all of them (-1); only a whole split can be cancelled. */
    | { readonly kind: 'control_split'; readonly control: SplitControlType; readonly parent: number }
  );

export type DuplicationOperation = OnTable &
  (
    | { readonly kind: 'add_dup'; readonly remote: string; readonly full: boolean; readonly calm: boolean }
    | { readonly kind: 'pause_dup' | 'start_dup' | 'remove_dup' }
    | { readonly kind: 'set_dup_fail_mode'; readonly failMode: FailMode }
  );

/** What an operator has done to a table that changes nothing of what it holds. */
export type UpkeepOperation = OnTable &
  (
    | { readonly kind: 'compact' }
    | {
        readonly kind: 'detect_hotkey';
        readonly partition: number;
        readonly type: HotkeyType;
        readonly action: DetectAction;
      }
    /** A secondary moves to the other disk of its server. */
    | { readonly kind: 'migrate_disk'; readonly partition: number; readonly choice: number }
  );

export type BackupOperation = OnTable &
  (
    | { readonly kind: 'backup' }
    /** One of the backups of this cluster or another, as a matter of choice, becomes the table. */
    | { readonly kind: 'restore'; readonly choice: number }
  );

/** A policy that has a table backed up again and again. */
export type PolicyOperation = { readonly cluster: string; readonly policy: string } & (
  | {
      readonly kind: 'add_policy';
      readonly table: string;
      readonly intervalSeconds: number;
      readonly keep: number;
      /** `24:00` is as soon as the interval is over. */
      readonly startTime: string;
    }
  | { readonly kind: 'enable_policy' }
  | { readonly kind: 'disable_policy'; readonly force: boolean }
  | { readonly kind: 'keep_backups'; readonly keep: number }
  | { readonly kind: 'add_to_policy' | 'remove_from_policy'; readonly table: string }
);

/** All of a table is read in batches; after some of them something is done to a server. */
export interface ScanOperation extends OnTable {
  readonly kind: 'full_scan';
  readonly batch: number;
  readonly after: number;
  readonly node: string;
  readonly action: NodeAction;
}

export type ServerOperation =
  | {
      readonly kind: 'node';
      readonly cluster: string;
      readonly node: string;
      readonly action: NodeAction;
    }
  | {
      readonly kind: 'level';
      readonly cluster: string;
      readonly level: 'fl_steady' | 'fl_lively' | 'fl_freezed';
    }
  | { readonly kind: 'fault'; readonly fault: AddFaultRequest }
  | { readonly kind: 'clear_faults' }
  | CorruptOperation
  | MoveOperation;

/** What a server has on its disk of the keys that are known turns out to be damaged. */
export interface CorruptOperation {
  readonly kind: 'corrupt';
  readonly cluster: string;
  readonly node: string;
}

/** A proposal that makes sense as a partition is: which of the servers that come into question is a matter of choice. */
export interface MoveOperation extends OnTable {
  readonly kind: 'move';
  readonly partition: number;
  readonly how: 'move_pri' | 'copy_pri' | 'copy_sec' | 'ADD_SECONDARY' | 'DOWNGRADE_TO_INACTIVE' | 'REMOVE';
  readonly choice: number;
}

/** Everything heals, and then nothing happens for so long. */
export interface RestOperation {
  readonly kind: 'rest';
  readonly ms: number;
}

/** The meta servers of a cluster lose their state, and have it collected from the replica servers. */
export interface RecoverOperation {
  readonly kind: 'recover';
  readonly cluster: string;
}

/** Something is done during which the power fails, or only our own process dies. */
export interface PowerCutOperation {
  readonly kind: 'power_cut';
  readonly during: InterruptedOperation;
  /** At which access to the disk, counted from when the workspace is opened or is open. */
  readonly at: number;
  readonly isWhileOpening: boolean;
  /** Also of what was not synced, each part may be lost. */
  readonly losesPower: boolean;
  readonly seed: number;
}

/** What is asked for in one request, so that it is known what it may have done. */
export type InterruptedOperation =
  | DataOperation
  | Exclude<TableOperation, { readonly kind: 'recall' }>
  | SplitOperation
  | DuplicationOperation
  | Exclude<ServerOperation, CorruptOperation>
  | WaitOperation;

interface WaitOperation {
  readonly kind: 'wait';
  readonly ms: number;
}

export type Operation =
  | DataOperation
  | TableOperation
  | SplitOperation
  | DuplicationOperation
  | UpkeepOperation
  | BackupOperation
  | PolicyOperation
  | ScanOperation
  | ServerOperation
  | WaitOperation
  | RestOperation
  | RecoverOperation
  /** An operator looks for partitions that wait for him, and chooses who leads them. */
  | { readonly kind: 'ddd_diagnose'; readonly cluster: string }
  | PowerCutOperation
  /** Our own process ends and another goes on with the workspace. */
  | { readonly kind: 'reopen' };

export interface ClusterPlan {
  readonly name: string;
  readonly metas: number;
  readonly replicas: number;
  /** What is configured before anything is done, by `section.key`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of upstream's defects those that this cluster does not have. */
  readonly repairs?: readonly string[];
}

/** Everything that a run does, fixed by its seed. */
export interface Plan {
  readonly seed: number;
  readonly clusters: readonly ClusterPlan[];
  readonly operations: readonly Operation[];
}
