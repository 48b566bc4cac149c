/** How answers are written: short ones with what else goes to a client, long ones before, while others have their turn. */
import { type Steps, someOf } from '../engine/steps.ts';
import { isLong } from '../rpc/codec/encode-steps.ts';
import { Encoded } from '../rpc/codec/payload.ts';
import type { Answer, Reply, Result } from './service.ts';

/**
 * The answer, with its result as bytes where that is long.
 *
 * @param encode how the protocol writes a result
 */
export function inParts(
  answer: Answer,
  encode: (result: Result) => Steps<Uint8Array>,
  hasTime: () => boolean,
): Answer {
  if (answer.kind === 'postponed')
    return { ...answer, again: () => inParts(answer.again(), encode, hasTime) };
  if (answer.kind !== 'reply' || answer.result === undefined) return answer;
  const { schema, value } = answer.result;
  return isLong(schema, value) ? written(answer, answer.result, encode(answer.result), hasTime) : answer;
}

function written(reply: Reply, result: Result, steps: Steps<Uint8Array>, hasTime: () => boolean): Answer {
  const bytes = someOf(steps, hasTime);
  if (bytes !== undefined) return { ...reply, result: { ...result, value: new Encoded(bytes) } };
  return { kind: 'postponed', waitedUs: 0, again: () => written(reply, result, steps, hasTime) };
}
