import { SECOND } from '../clock.ts';
import type { PartitionRecord } from '../documents/meta.ts';
import type { Reconfiguration } from '../documents/replica.ts';
import { updateConfiguration } from '../meta/config-update.ts';
import type { Change } from '../meta/configuration.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer, RPC_TIMEOUT_US } from '../network.ts';
import type { Replica } from './replica.ts';
import { suspend } from './role.ts';

/** From an answer that was none to the next request (`on_update_configuration_on_meta_server_reply`). */
const RETRY_US = 1 * SECOND;

/**
 * A replica asks the meta server for another configuration (`replica_config.cpp update_configuration_on_meta_server`).
 *
 * @returns what the meta server says is the configuration now, or undefined while it does not answer, or not yet: the
 * replica serves nothing until it does, and goes on asking
 */
export function askForConfiguration(replica: Replica, change: Change): PartitionRecord | undefined {
  const { type, node, primary, secondaries } = change;
  const ballot = replica.ram.ballot + 1;
  return ask(replica, { type, node, primary, secondaries: [...secondaries], ballot });
}

/** Asks again what was asked before. */
export function askAgain(replica: Replica): PartitionRecord | undefined {
  const { reconfiguration } = replica.ram;
  return reconfiguration === undefined ? undefined : ask(replica, reconfiguration);
}

function ask(replica: Replica, asked: Reconfiguration): PartitionRecord | undefined {
  const { meta } = replica;
  const { err, partition } = meta === undefined ? NOBODY : send(meta, replica, asked);
  if (err === 'ERR_OK' || err === 'ERR_INVALID_VERSION') {
    replica.ram.reconfiguration = undefined;
    replica.saveRam();
    return partition;
  }
  replica.ram.reconfiguration = asked;
  suspend(replica);
  const waitedUs = err === 'ERR_TIMEOUT' ? RPC_TIMEOUT_US : 0;
  if (replica.server.process.connected) scheduleRetry(replica, waitedUs + RETRY_US);
  return undefined;
}

interface Answer {
  readonly err: string;
  readonly partition?: PartitionRecord | undefined;
}

const NOBODY: Answer = { err: 'ERR_NETWORK_FAILURE' };

function send(meta: MetaServer, replica: Replica, asked: Reconfiguration): Answer {
  const { type, node, primary, secondaries, ballot } = asked;
  const committed = replica.ram.last_committed_decree;
  const change: Change = { type, node, primary, secondaries, committed };
  try {
    return callServer(replica.server, meta, () =>
      updateConfiguration(meta, replica.appId, replica.pidx, ballot, change),
    );
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return { err: error.code };
  }
}

function scheduleRetry(replica: Replica, delayUs: number): void {
  const { agenda } = replica.server.cluster.universe;
  agenda.schedule(replica.server.timer(replica, 'reconfiguration'), replica.now + delayUs);
}
