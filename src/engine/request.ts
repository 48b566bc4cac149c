import type { Gpid } from '../rpc/idl/schema.ts';
import type { Steps } from './steps.ts';

/** A client's request as it is sent to one server. */
export interface Request {
  readonly code: string;
  /** All zero where it concerns the server and not a partition. */
  readonly gpid: Gpid;
  readonly body: unknown;
  /** How many bytes the body took on the wire, where it came over one. */
  readonly bodyBytes?: number;
  /** How long the client waits, in microseconds. */
  readonly timeoutUs: number;
  /** What the client chose the partition by; 0 where it concerns no key. */
  readonly partitionHash: bigint;
  /** Made because the primary was slow: any replica may answer it, be it late. */
  readonly isBackup?: boolean;
  /** The code of a long read of which this is a part. */
  readonly partOf?: string;
  /** Has waited its turn already: a request is throttled once. */
  readonly hasWaited?: boolean;
}

/** A long reply: it is made while others have their turn. */
export class LongReply<R = unknown> {
  readonly steps: Steps<R>;
  readonly lazy: (() => R) | undefined;

  /** @param lazy gives the same reply, of which each part is made when it is read: for who reads it at once, and not all of it */
  constructor(steps: Steps<R>, lazy?: () => R) {
    this.steps = steps;
    this.lazy = lazy;
  }
}

/** What a long reply comes to where the server died over it: nobody answers. */
export const UNANSWERED = Symbol('unanswered');

/** What a request comes to, after so many microseconds: a reply, or an error code instead. */
export type Served =
  | { readonly err: 'ERR_OK'; readonly reply: unknown; readonly waitedUs: number }
  | {
      /** Besides Pegasus's codes `postponed`: to be sent again, with `hasWaited`, when `waitedUs` are over. */
      readonly err: string;
      readonly waitedUs: number;
      /** The reply of a write that was not committed at once, undefined until it is; or one that never comes. */
      readonly late?: () => unknown;
      /** The code stands in a reply that says nothing else, as that of a meta server which does not get to the request. */
      readonly isInReply?: true;
    };

/** The server does not answer, so that the client's time runs out. */
export const SILENCE: Served = { err: 'ERR_TIMEOUT', waitedUs: 0, late: () => undefined };

/** A meta server's refusal, which its caller finds in the reply. */
export function refuseInReply(err: string): Served {
  return { err, waitedUs: 0, isInReply: true };
}

/** A refusal without any wait. */
export function refuse(err: string): Served {
  return { err, waitedUs: 0 };
}
