/** How replies are written: short ones when they are sent, long ones before that, while others have their turn. */
import { type Steps, someOf } from '../engine/steps.ts';
import type { Addresses } from '../rpc/codec/addresses.ts';
import type { HostPorts } from '../rpc/codec/encode.ts';
import { isLongValue } from '../rpc/codec/encode-steps.ts';
import { encodingPayload } from '../rpc/codec/payload.ts';
import { type Answer, type Reply, type Result, whenReplied } from './answer.ts';

/** What a client reads. */
export interface Spoken {
  readonly addresses: Addresses;
  readonly hostPorts: HostPorts;
}

/** The same answer, whose result is on the wire's form already where it is long. */
export function written(answer: Answer, spoken: Spoken, hasTime: () => boolean): Answer {
  return whenReplied(answer, (reply) => {
    const { result } = reply;
    if (result === undefined || !isLongValue(result.schema, result.value)) return reply;
    const steps = encodingPayload(result, spoken.addresses, spoken.hostPorts);
    return goOn(reply, result, steps, hasTime);
  });
}

function goOn(reply: Reply, result: Result, steps: Steps<Uint8Array>, hasTime: () => boolean): Answer {
  const encoded = someOf(steps, hasTime);
  if (encoded !== undefined) return { ...reply, result: { ...result, encoded } };
  return { kind: 'postponed', waitedUs: 0, again: () => goOn(reply, result, steps, hasTime) };
}
