import { ClusterError, UsageError } from '../../errors.ts';
import type { AddFaultRequest, FaultState } from '../../rpc/idl/control.ts';
import type { FaultRecord } from '../documents/fault.ts';
import { addFault as add, clearing } from '../fault-effects.ts';
import { CLIENT } from '../faults.ts';
import { endOf } from '../network.ts';
import { oncePerformed } from '../once-performed.ts';
import type { LongReply } from '../request.ts';
import type { Universe } from '../universe.ts';
import { resolveNode, shortName } from './nodes.ts';

/** @throws UsageError for numbers that make no sense; ClusterError for an end that is none */
export function addFault(universe: Universe, request: AddFaultRequest): LongReply<FaultState> {
  const { kind, one_way, ratio, min_us, max_us, after_us, for_us } = request;
  if (!(ratio > 0 && ratio <= 1)) throw new UsageError(`a ratio is above 0 and at most 1, not ${ratio}`);
  if (max_us < min_us) throw new UsageError('the longest duration is below the least');
  const begins_us = universe.now + after_us;
  const fault = add(universe, {
    kind,
    from: endNamed(universe, request.cluster, request.from),
    to: request.to === '' ? '' : endNamed(universe, request.cluster, request.to),
    one_way,
    ratio,
    min_us,
    max_us,
    begins_us,
    ends_us: for_us === 0 ? 0 : begins_us + for_us,
  });
  return oncePerformed(universe, () => stateOf(universe, universe.faults.find(fault.id) ?? fault));
}

/** Every fault, also those whose time has not come, by id. */
export function listFaults(universe: Universe): { faults: FaultState[] } {
  return { faults: universe.faults.all().map((fault) => stateOf(universe, fault)) };
}

/** Heals one fault, or all. */
export function clearFaults(
  universe: Universe,
  { id }: { id?: number },
): LongReply<{ faults: FaultState[] }> {
  const chosen = universe.faults.all().filter((fault) => id === undefined || fault.id === id);
  if (id !== undefined && chosen.length === 0) {
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no fault ${id}`, 'pegsh fault list');
  }
  const faults = chosen.map((fault) => stateOf(universe, fault));
  universe.timeline.performAll(clearing(universe, chosen));
  return oncePerformed(universe, () => ({ faults }));
}

/** `client`, `all`, a server of the current cluster, a cluster, or `<cluster>/<server>`. */
function endNamed(universe: Universe, current: string, text: string): string {
  if (text === CLIENT || text === 'all') return text;
  if (universe.clusterNames().includes(text)) return `${text}/*`;
  const slash = text.indexOf('/');
  const cluster = universe.cluster(slash < 0 ? current : text.slice(0, slash));
  return endOf({ cluster, node: resolveNode(cluster, text.slice(slash + 1)) });
}

function stateOf(universe: Universe, fault: FaultRecord): FaultState {
  const { draws: _draws, ...shown } = fault;
  return { ...shown, from: shownEnd(universe, fault.from), to: shownEnd(universe, fault.to) };
}

/** An end as it is typed: `A/replica1`, `B`. */
function shownEnd(universe: Universe, end: string): string {
  const [name = '', node] = end.split('/');
  if (node === undefined) return end;
  const cluster = universe.cluster(name);
  return node === '*' ? name : `${name}/${shortName(cluster, node)}`;
}
