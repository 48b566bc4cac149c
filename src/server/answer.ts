import type { StructType } from '../rpc/idl/schema.ts';

/** What stands behind the header. */
export interface Result {
  readonly schema: StructType<unknown>;
  readonly value: unknown;
}

/** What goes back to the client. */
export interface Reply {
  readonly kind: 'reply';
  readonly error: string;
  readonly waitedUs: number;
  /** Always where there is no error. */
  readonly result?: Result;
  /** The leading meta server, where the one that was asked does not lead. `result` is for those who look there. */
  readonly leader?: string;
}

export type Answer =
  | Reply
  /** `look` has the result as soon as there is one. */
  | { readonly kind: 'late'; readonly look: () => Result | undefined }
  /** The request is held back: it is tried again when `waitedUs` are over. */
  | { readonly kind: 'postponed'; readonly waitedUs: number; readonly again: () => Answer }
  /** `isTimeUp`: as long as the caller waits, it was waited for an answer. */
  | { readonly kind: 'silence'; readonly isTimeUp?: true }
  /** Nothing more is said on this connection. */
  | { readonly kind: 'goodbye' };

export const SILENCE: Answer = { kind: 'silence' };

/** What becomes of an answer when a reply is made of it, now or later. A late one is what it is. */
export function whenReplied(answer: Answer, next: (reply: Reply) => Answer): Answer {
  if (answer.kind === 'reply') return next(answer);
  if (answer.kind !== 'postponed') return answer;
  return { ...answer, again: () => whenReplied(answer.again(), next) };
}
