/** How answers are written: short ones with what else goes to a client, long ones before, while others have their turn. */
import { type Steps, someOf } from '../engine/steps.ts';
import { isLong } from '../rpc/codec/encode-steps.ts';
import { Encoded } from '../rpc/codec/payload.ts';
import { type Answer, type Reply, type Result, whenReplied } from './answer.ts';

/**
 * The answer, with its result as bytes where that is long.
 *
 * @param encode how the protocol writes a result
 */
export function inParts(
  answer: Answer,
  encode: (result: Result) => Steps<readonly Uint8Array[]>,
  hasTime: () => boolean,
): Answer {
  return whenReplied(answer, (reply) => {
    const { result } = reply;
    if (result === undefined || !isLong(result.schema, result.value)) return reply;
    return written(reply, result, encode(result), hasTime);
  });
}

function written(
  reply: Reply,
  result: Result,
  steps: Steps<readonly Uint8Array[]>,
  hasTime: () => boolean,
): Answer {
  const parts = someOf(steps, hasTime);
  if (parts !== undefined) return { ...reply, result: { ...result, value: new Encoded(parts) } };
  return { kind: 'postponed', waitedUs: 0, again: () => written(reply, result, steps, hasTime) };
}
