import type { FaultState } from '../../../rpc/idl/control.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';
import { durationText } from '../../grammar/duration.ts';

/** A fault in one line: `partition A/replica1 <-> A/replica2, ratio 0.5, until 2026-01-01 00:01:00.000`. */
export function shownFault(fault: FaultState): string {
  return [`${fault.kind} ${shownEnds(fault)}`, ...shownDetails(fault)].join(', ');
}

export function shownEnds({ from, to, one_way }: FaultState): string {
  return to === '' ? from : `${from} ${one_way ? '->' : '<->'} ${to}`;
}

export function shownDetails(fault: FaultState): string[] {
  const { ratio, begins_us, ends_us, is_active } = fault;
  return [
    ...(ratio < 1 ? [`ratio ${ratio}`] : []),
    ...shownTimes(fault),
    ...(is_active ? [] : [`from ${dateTimeMs(begins_us / 1000)}`]),
    ends_us === 0 ? 'until cleared' : `until ${dateTimeMs(ends_us / 1000)}`,
  ];
}

function shownTimes({ kind, min_us, max_us }: FaultState): string[] {
  if (kind === 'clock_skew') return [`by ${min_us < 0 ? '-' : ''}${durationText(Math.abs(min_us) / 1000)}`];
  return max_us > 0 ? [`${durationText(min_us / 1000)} to ${durationText(max_us / 1000)}`] : [];
}
