import type { FaultKind } from '../../../rpc/idl/control.ts';

/** What a kind of fault takes besides its name. */
interface KindOfFault {
  /** A shorter name for it. */
  readonly alias?: string;
  /** What it names: servers one by one, or two ends between which it works. */
  readonly ends: 1 | 2;
  /** `--min`, `--max`: how long messages are delayed. */
  readonly delays?: true;
  /** `--by`: how far a clock is ahead. */
  readonly skews?: true;
  /** `--ratio` */
  readonly ratio?: true;
  readonly meaning: string;
}

/** Names are those of Pegasus's fault injector where it has them. */
export const KINDS: Readonly<Record<FaultKind, KindOfFault>> = {
  node_kill: { alias: 'kill', ends: 1, meaning: 'killed as by kill -9; started when it heals' },
  node_stop: { alias: 'stop', ends: 1, meaning: 'stopped gracefully; started when it heals' },
  node_hang: { alias: 'hang', ends: 1, meaning: 'its process stands still, as by kill -STOP' },
  node_wipe: { alias: 'wipe', ends: 1, meaning: 'killed, its disk emptied; started when it heals' },
  partition: { ends: 2, ratio: true, meaning: 'messages between the ends are lost' },
  rpc_request_drop: { alias: 'drop', ends: 2, ratio: true, meaning: 'requests are lost' },
  rpc_response_drop: { ends: 2, ratio: true, meaning: 'requests are carried out, their replies are lost' },
  rpc_request_delay: { alias: 'delay', ends: 2, ratio: true, delays: true, meaning: 'requests arrive late' },
  rpc_response_delay: { ends: 2, ratio: true, delays: true, meaning: 'replies arrive late' },
  auth_refuse: { ends: 2, ratio: true, meaning: 'requests are dropped as unauthenticated' },
  acl_deny: { ends: 2, ratio: true, meaning: 'requests are refused with ERR_ACL_DENY' },
  disk_full: { ends: 1, meaning: 'its disk is full' },
  disk_read_only: { ends: 1, meaning: 'its disk takes no writes' },
  disk_read_fail: { ends: 1, ratio: true, meaning: 'reads of its disk fail' },
  disk_write_fail: { ends: 1, ratio: true, meaning: 'writes to its disk fail' },
  disk_io_delay: { ends: 1, ratio: true, delays: true, meaning: 'its disk is slow' },
  disk_corrupt: { ends: 1, ratio: true, meaning: 'what it reads is corrupted: the replica is lost' },
  clock_skew: { ends: 1, skews: true, meaning: 'its clock is ahead, or late' },
  zookeeper_timeout: { ends: 1, meaning: 'a meta server can store nothing: what is to change waits' },
};

/** The kind that is meant by a name, its short form, or either with hyphens. */
export function kindNamed(text: string): FaultKind | undefined {
  const name = text.replaceAll('-', '_');
  const kinds = Object.keys(KINDS) as FaultKind[];
  return kinds.find((kind) => kind === name || KINDS[kind].alias === name);
}
