import type { RpcMethod } from '../../method.ts';
import { RpcError } from '../transport.ts';
import { ForwardToOthers } from './connection.ts';
import type { Connections } from './connections.ts';
import type { RealTime } from './real-time.ts';

/** How long to wait before all meta servers are asked again for one that leads, in milliseconds. */
const PAUSE_MS = 200;

/** Codes of requests that only ask. */
const CHANGES_NOTHING = /^RPC_CM_(LIST|QUERY|GET|CLUSTER_INFO|DDD_DIAGNOSE)/;

const NO_PARTITION = { app_id: 0, partition_index: 0 };

/**
 * The meta servers of a cluster, of which one leads: found by asking, remembered, and looked for again when it is gone
 * (`src/meta/meta_service.cpp check_leader`, `src/runtime/rpc/group_address.h`).
 */
export class MetaGroup {
  readonly #connections: Connections;
  readonly #members: string[];
  readonly #time: RealTime;
  #leader: string;

  /** @param members `host:port` of one meta server at least */
  constructor(connections: Connections, members: readonly string[], time: RealTime) {
    this.#connections = connections;
    this.#members = [...members];
    this.#time = time;
    this.#leader = this.#members[0]!;
  }

  /**
   * Calls the leader. A request that a server took and did not answer is not sent again.
   *
   * @throws RpcError ERR_NETWORK_FAILURE when no meta server can be reached; ERR_TIMEOUT when none leads in time
   */
  async call<Q, R>(method: RpcMethod<Q, R>, request: Q, timeoutMs: number): Promise<R> {
    const deadline = this.#time.now() + timeoutMs;
    for (;;) {
      const failure = await this.#askAround(method, request, deadline);
      if ('reply' in failure) return failure.reply;
      // Somebody is there, but none leads: an election takes a moment.
      if (failure.unreachable || deadline - this.#time.now() <= PAUSE_MS) throw failure.error;
      await this.#time.sleep(PAUSE_MS);
    }
  }

  /** Asks the one that led last, then whom it names, then the others in turn. */
  async #askAround<Q, R>(
    method: RpcMethod<Q, R>,
    request: Q,
    deadline: number,
  ): Promise<{ reply: R } | { error: RpcError; unreachable: boolean }> {
    const asked = new Set<string>();
    let unreachable = true;
    let last = new RpcError('ERR_TIMEOUT', method.code);
    for (
      let next: string | undefined = this.#leader;
      next !== undefined;
      next = this.#nextAfter(last, asked)
    ) {
      asked.add(next);
      try {
        const reply = await this.#ask(next, method, request, deadline);
        this.#leader = next;
        return { reply };
      } catch (error) {
        if (!mayBeAskedElsewhere(error, method.code)) {
          this.#leader = this.#members.find((member) => member !== next) ?? next;
          throw error;
        }
        last = error;
        unreachable &&= error.code === 'ERR_NETWORK_FAILURE';
      }
    }
    return { error: last, unreachable };
  }

  async #ask<Q, R>(address: string, method: RpcMethod<Q, R>, request: Q, deadline: number): Promise<R> {
    const timeoutMs = Math.max(1, deadline - this.#time.now());
    const call = { method, request, timeoutMs, gpid: NO_PARTITION, threadHash: 0, partitionHash: 0n };
    const reply = await this.#connections.to(address).call(call);
    const leader = leaderNamedIn(reply);
    if (leader !== undefined) throw new ForwardToOthers(method.code, leader);
    return reply;
  }

  #nextAfter(failure: RpcError, asked: ReadonlySet<string>): string | undefined {
    const named = failure instanceof ForwardToOthers ? failure.leader : '';
    if (named !== '' && !asked.has(named)) {
      if (!this.#members.includes(named)) this.#members.push(named);
      return named;
    }
    return this.#members.find((member) => !asked.has(member));
  }
}

/** Whether asking another server cannot do twice what was asked for once. */
function mayBeAskedElsewhere(error: unknown, code: string): error is RpcError {
  if (error instanceof ForwardToOthers) return true;
  if (!(error instanceof RpcError) || error.code !== 'ERR_NETWORK_FAILURE') return false;
  return !error.isUndecided || CHANGES_NOTHING.test(code);
}

/** A reply by a server that does not lead, with the leader where it tells it (query_cfg alone does). */
function leaderNamedIn(reply: unknown): string | undefined {
  const { err, partitions } = reply as { err?: string; partitions?: readonly { primary: string }[] };
  return err === 'ERR_FORWARD_TO_OTHERS' ? (partitions?.[0]?.primary ?? '') : undefined;
}
