import type { Cluster } from '../../engine/cluster.ts';
import { controlHandler } from '../../engine/control/handlers.ts';
import { LongReply, type Request, UNANSWERED } from '../../engine/request.ts';
import { type Outcome, serve } from '../../engine/serve.ts';
import { Simulation, type SimulationOptions } from '../../engine/simulation.ts';
import type { Universe } from '../../engine/universe.ts';
import { checkValue } from '../idl/check.ts';
import { httpGet } from '../idl/http.ts';
import type { RpcMethod } from '../method.ts';
import type { WorkspaceClusters } from './clusters.ts';
import { RpcError, type Target, type Transport } from './transport.ts';

export interface LocalOptions extends SimulationOptions {
  /** Checks every request and reply against its schema; callers may do with replies as they like. */
  readonly checked?: boolean;
}

/** Opens a workspace; a new one gets its default cluster. */
export function openLocal({ checked, ...options }: LocalOptions): WorkspaceClusters {
  const simulation = new Simulation(options);
  return {
    transport: (cluster, looksOnly = false) =>
      localTransport(simulation, cluster, { checked: checked ?? false, looksOnly }),
    currentCluster: () => simulation.universe.settings.current_cluster,
    clusters: () => [...simulation.universe.clusterNames()],
    realClusters: () => simulation.universe.realClusters(),
    isDurable: false,
    get notices() {
      return simulation.notices;
    },
    sync: () => simulation.sync(),
    suspend: () => simulation.suspend(),
    resume: () => simulation.resume(),
    close: () => simulation.close(),
    closing: () => simulation.closing(),
  };
}

export interface LocalTransportOptions {
  /** Checks every request and reply against its schema; callers may do with replies as they like. */
  readonly checked?: boolean;
  /** No time passes for its calls: to look up what could be typed next changes nothing. */
  readonly looksOnly?: boolean;
}

/**
 * Calls into a simulation.
 *
 * @param cluster its name; the current one when empty
 */
export function localTransport(
  simulation: Simulation,
  cluster: string,
  { checked = false, looksOnly = false }: LocalTransportOptions = {},
): Transport {
  return {
    call: async (method, target, request, timeoutMs) => {
      if (checked) checkValue(method.request, request, `${method.code} request`);
      if (!looksOnly) simulation.arrive();
      const serving = method.code === httpGet.code ? await httpServing() : serve;
      const reply = call(simulation, cluster, { method, target, request, timeoutMs, serving });
      return checked ? received(method, await reply) : reply;
    },
    sleep: async (ms) => {
      simulation.change((universe) => universe.timeline.moveTo(universe.now + ms * 1000));
    },
    now: () => Math.floor(simulation.universe.clock.seen() / 1000),
    runsByItself: () => false,
    close: async () => {},
  };
}

/** A reply as it comes over a socket: as its schema says, and the caller's own. */
function received<Q, R>(method: RpcMethod<Q, R>, reply: R): R {
  checkValue(method.response, reply, `${method.code} reply`);
  return copyOf(reply) as R;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.prototype.slice.call(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, copyOf(member)]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

interface Call<Q, R> {
  readonly method: RpcMethod<Q, R>;
  readonly target: Target;
  readonly request: Q;
  readonly timeoutMs: number;
  readonly serving: typeof serve;
}

/** Loaded where it is needed: most commands have no use for it. */
async function httpServing(): Promise<typeof serve> {
  return (await import('../../engine/http/serve.ts')).serveHttp;
}

function call<Q, R>(simulation: Simulation, cluster: string, sent: Call<Q, R>): R | Promise<R> {
  const { method, target, request } = sent;
  if (target.to === 'control') return callControl(simulation, method.code, request) as R;
  const outcome = simulation.change((universe) => {
    const answered = callServer(universe, cluster, sent);
    return 'reply' in answered ? { ...answered, reply: wholeOf(universe, answered.reply) } : answered;
  });
  if ('reply' in outcome && outcome.reply === UNANSWERED)
    throw new RpcError('ERR_NETWORK_FAILURE', method.code);
  if ('reply' in outcome) return outcome.reply as R;
  if ('isInReply' in outcome) return refusal(method, outcome.err);
  throw new RpcError(outcome.err, method.code);
}

/** A reply in which nothing stands but why there is no other. */
async function refusal<Q, R>(method: RpcMethod<Q, R>, err: string): Promise<R> {
  const { blankOf } = await import('../codec/blank.ts');
  return { ...blankOf(method.response), err };
}

/** The reply that a handler gave. What a long one waits for is brought to its end: nobody has a turn in between. */
function wholeOf({ timeline }: Universe, reply: unknown): unknown {
  if (!(reply instanceof LongReply)) return reply;
  if (reply.lazy !== undefined) return reply.lazy();
  for (;;) {
    const { done, value } = reply.steps.next();
    if (done === true) return value;
    if (timeline.isMidway) timeline.inOneGo(() => timeline.goOn());
  }
}

function callControl(simulation: Simulation, code: string, request: unknown): unknown {
  const handler = controlHandler(code);
  if (handler === undefined) throw new RpcError('ERR_HANDLER_NOT_FOUND', code);
  return simulation.change((universe) => wholeOf(universe, handler(universe, request)));
}

/** A call with the time that it takes: the clock moves, nobody sleeps. */
function callServer<Q, R>(
  universe: Universe,
  name: string,
  { method, target, request, timeoutMs, serving }: Call<Q, R>,
) {
  const timeoutUs = timeoutMs * 1000;
  const deadline = universe.now + timeoutUs;
  const cluster = universe.cluster(name === '' ? universe.settings.current_cluster : name);
  const node = target.to === 'replica' ? target.server : cluster.record.leader;
  const gpid = target.to === 'replica' ? target.gpid : { app_id: 0, partition_index: 0 };
  const partitionHash = target.to === 'replica' ? target.partitionHash : 0n;
  const outcome: Outcome =
    node === ''
      ? { err: 'ERR_TIMEOUT', isUnanswered: true }
      : serveInTurn(serving, cluster, node, {
          code: method.code,
          gpid,
          body: request,
          timeoutUs,
          partitionHash,
        });
  if ('isUnanswered' in outcome) {
    universe.timeline.moveTo(deadline);
    return outcome;
  }
  if (outcome.waitedUs > 0) universe.timeline.moveTo(universe.now + outcome.waitedUs);
  const late =
    'late' in outcome && outcome.late !== undefined && universe.timeline.moveUntil(deadline, outcome.late);
  return late === false || late === undefined ? outcome : { err: 'ERR_OK', reply: late };
}

/** A request that is held back is sent again when its time has come. */
function serveInTurn(serving: typeof serve, cluster: Cluster, node: string, request: Request): Outcome {
  const outcome = serving(cluster, node, request);
  if (outcome.err !== 'postponed' || 'isUnanswered' in outcome) return outcome;
  const { universe } = cluster;
  universe.timeline.moveTo(universe.now + outcome.waitedUs);
  return serving(cluster, node, { ...request, hasWaited: true });
}
