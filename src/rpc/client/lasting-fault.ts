import type { AddFaultRequest, FaultKind } from '../idl/control.ts';

/** A request for a fault that is always there, in both directions, until it is cleared; a fault of a server has one end. */
export function lastingFault(cluster: string, kind: FaultKind, from: string, to = ''): AddFaultRequest {
  const never = { min_us: 0, max_us: 0, after_us: 0, for_us: 0 };
  return { cluster, kind, from, to, one_way: false, ratio: 1, ...never };
}
