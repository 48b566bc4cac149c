/** A meta server asks the primaries of partitions to back them up, until they have. */
import type { TimerKey, TimerKind } from '../agenda.ts';
import type { Timer } from '../documents/universe.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer } from '../network.ts';
import { retryAt } from '../retry.ts';
import type { Steps } from '../steps.ts';
import { backingUp, type ColdBackupReply, type ColdBackupRequest } from './cold-backup.ts';

/** How long it waits, in microseconds: from one request to the next; where there is nobody to ask; for an answer. */
export interface Periods {
  readonly retryUs: number;
  readonly noPrimaryUs: number;
  readonly timeoutUs: number;
}

export interface Asked {
  /** How far the primary is, or the code of the failure. */
  readonly step: string;
  readonly bytes: number;
}

/** Has every partition of a table asked about, at once, by timers `<of>/<pidx>`. */
export function* beginningRequests(
  { cluster, node }: MetaServer,
  kind: TimerKind,
  of: string,
  partitions: number,
): Steps {
  const { agenda, now } = cluster.universe;
  for (let pidx = 0; pidx < partitions; pidx++) {
    agenda.schedule({ cluster: cluster.name, node, kind, gpid: `${of}/${pidx}` }, now);
    yield;
  }
}

/** A primary backs its partition up, or says how far it is. What it does it does also where its answer is lost. */
export function* askingPrimary(
  meta: MetaServer,
  request: ColdBackupRequest,
  pidx: number,
  { timeoutUs }: Periods,
): Steps<Asked> {
  const { app_id } = request;
  // Of a table that is being split some are still to come.
  const primary = meta.tree.hasPartition(app_id, pidx) ? meta.tree.partition(app_id, pidx).primary : '';
  if (primary === '') return { step: NO_PRIMARY, bytes: 0 };
  const { cluster } = meta;
  const server = cluster.replicaServer(primary);
  let work: Steps<ColdBackupReply> | undefined;
  const handle = (): void => {
    const replica = server?.find(`${app_id}.${pidx}`);
    if (replica === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
    work = backingUp(replica, request);
  };
  const failure = codeOfFailure(() => callServer(meta, server, handle, timeoutUs));
  const reply = work && (yield* cluster.universe.timeline.guarding(cluster, primary, work));
  if (failure === undefined && reply !== undefined) return reply;
  return { step: failure ?? 'ERR_NETWORK_FAILURE', bytes: 0 };
}

function codeOfFailure(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return error.code;
  }
}

const NO_PRIMARY = 'no primary';

/** What came to the same as the time before goes on to, until something else happens. */
export function askAgain(
  meta: MetaServer,
  { at_us: _, data, retry: __, ...key }: Timer,
  step: string,
  { retryUs, noPrimaryUs, timeoutUs }: Periods,
): void {
  const { universe } = meta.cluster;
  const waitedUs = step === 'ERR_TIMEOUT' ? timeoutUs : 0;
  const period = waitedUs + (step === NO_PRIMARY ? noPrimaryUs : retryUs);
  const next = universe.now + period;
  const isSame = data === step;
  const at = isSame ? retryAt(universe, next, period, 1) : next;
  universe.agenda.schedule(key as TimerKey, at, step, isSame);
}
