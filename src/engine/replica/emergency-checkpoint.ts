import { MS } from '../clock.ts';
import { AssertionFailure } from '../crash.ts';
import type { Timer } from '../documents/universe.ts';
import { commitEmptyWrite } from './group.ts';
import type { Replica } from './replica.ts';

/** From the request of an emergency checkpoint to its start. */
const START_DELAY_US = 10 * MS;

const SITE = {
  file: 'replica_chkpt.cpp',
  line: 208,
  function: 'async_trigger_manual_emergency_checkpoint',
  thread: 'replica.default0',
};

/**
 * Has a checkpoint made that covers `minDecree`, unless there is one (`replica_chkpt.cpp`).
 *
 * Nothing is reported to the caller: it asks again at its next sync. An empty replica makes an empty write first and
 * begins anew a little later, so that there is something to cover.
 *
 * @throws AssertionFailure when `minDecree` is not above 0
 */
export function triggerCheckpoint(replica: Replica, minDecree: number): void {
  if (minDecree <= 0) {
    throw new AssertionFailure(
      SITE,
      replica.gpid,
      `[min_checkpoint_decree > 0] [${replica.gpid}@${replica.server.node}] ${minDecree} vs 0 ` +
        'min_checkpoint_decree should be a number greater than 0 which means a new checkpoint must be created',
    );
  }
  const { universe } = replica.server.cluster;
  if (replica.ram.last_committed_decree === 0) {
    commitEmptyWrite(replica);
    if (replica.ram.last_committed_decree === 0) return;
    const pause = replica.server.setting('replication.trigger_checkpoint_retry_interval_ms') * MS;
    universe.agenda.schedule(
      replica.server.timer(replica, 'checkpoint-retry'),
      replica.now + pause,
      minDecree,
    );
    return;
  }
  if (minDecree <= replica.disk.last_durable_decree) return;
  if (hasFreeSlot(replica)) startCheckpoint(replica);
}

/** Begins an emergency checkpoint, where none is being made (`init_checkpoint`). */
export function startCheckpoint(replica: Replica): void {
  const { agenda } = replica.server.cluster.universe;
  const timer = replica.server.timer(replica, 'checkpoint');
  if (agenda.pending(timer) !== undefined) return;
  agenda.schedule(timer, replica.now + START_DELAY_US, { step: 'start' });
}

/** What was asked for before there was anything to cover. */
export function retryCheckpoint(replica: Replica, { data }: Timer): void {
  triggerCheckpoint(replica, data as number);
}

/** A server makes only so many emergency checkpoints at a time; the others wait for their next sync. */
function hasFreeSlot(replica: Replica): boolean {
  const { server } = replica;
  const limit = server.setting('replication.max_concurrent_manual_emergency_checkpointing_count');
  return server.pendingTimers('checkpoint') < limit;
}
