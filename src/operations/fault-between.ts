import type { FaultState } from '../rpc/idl/control.ts';

const BETWEEN: readonly FaultState['kind'][] = [
  'partition',
  'node_hang',
  'rpc_request_drop',
  'rpc_response_drop',
  'auth_refuse',
  'acl_deny',
];

/** The first active fault because of which requests between two clusters, or their replies, do not arrive. */
export function faultBetween(faults: readonly FaultState[], a: string, b: string): FaultState | undefined {
  const belongsTo = (end: string, cluster: string) => end === 'all' || end.split('/')[0] === cluster;
  const joins = (from: string, to: string, x: string, y: string) =>
    belongsTo(from, x) && (to === '' || belongsTo(to, y));
  return faults.find(
    ({ kind, is_active, from, to }) =>
      is_active && BETWEEN.includes(kind) && (joins(from, to, a, b) || joins(from, to, b, a)),
  );
}

/** The active faults of a kind, or of kinds that begin so, of a cluster's servers. */
export function faultsOf(faults: readonly FaultState[], cluster: string, kind: string): FaultState[] {
  return faults.filter(
    (fault) => fault.is_active && fault.kind.startsWith(kind) && fault.from.split('/')[0] === cluster,
  );
}

/** `partition onebox B` */
export function faultText({ kind, from, to }: FaultState): string {
  return `${kind} ${from}${to === '' ? '' : ` ${to}`}`;
}
