import { rpcAddressOf } from '../engine/address.ts';
import type { Cluster } from '../engine/cluster.ts';
import { beginHttp } from '../engine/http/serve.ts';
import { LongReply, type Request, type Served, UNANSWERED } from '../engine/request.ts';
import { type Outcome, serve } from '../engine/serve.ts';
import { Arrival, type Simulation } from '../engine/simulation.ts';
import { someOf } from '../engine/steps.ts';
import type { Universe } from '../engine/universe.ts';
import { blankOf } from '../rpc/codec/blank.ts';
import type { Command } from '../rpc/idl/arguments.ts';
import { httpGet } from '../rpc/idl/http.ts';
import { PartitionConfiguration } from '../rpc/idl/layer2.ts';
import * as methods from '../rpc/idl/methods.ts';
import type { Gpid } from '../rpc/idl/schema.ts';
import type { NegotiationRequest } from '../rpc/idl/security.ts';
import { type AddressBook, inward } from './addresses.ts';
import { type Answer, type Reply, type Result, SILENCE, whenReplied } from './answer.ts';
import { inClientTime, inClusterTime } from './client-time.ts';
import type { Report } from './events.ts';
import { negotiate } from './negotiation.ts';
import type { AnyMethod, Asked } from './reading.ts';
import { LARGEST_ANSWER, type Slices, slicesOf } from './slices.ts';

/** One simulated server: where its clients are connected. */
export interface Place {
  readonly cluster: string;
  readonly node: string;
}

/** What the headers of requests have in common, whatever the protocol. */
export interface Incoming {
  readonly name: string;
  readonly gpid: Gpid;
  /** Unsigned. */
  readonly partitionHash: bigint;
  readonly isBackupRequest: boolean;
}

/** What a server that demands authentication takes from those who did not negotiate. */
const WHITE_LIST: ReadonlySet<string> = new Set([methods.negotiate.code, 'RPC_FD_FAILURE_DETECTOR_PING']);

const TOO_LONG = `its answer has more than ${LARGEST_ANSWER / 1024 / 1024} MiB`;

/** Takes requests to the simulated servers and brings back what they answer. */
export class Service {
  readonly #simulation: Simulation;
  readonly #book: AddressBook;
  /** Whether what takes long may go on before others have their turn. */
  readonly hasTime: () => boolean;
  readonly #report: Report;

  /** @param book where the servers really listen */
  constructor(simulation: Simulation, book: AddressBook, hasTime: () => boolean, report: Report) {
    this.#report = report;
    this.#simulation = simulation;
    this.#book = book;
    this.hasTime = hasTime;
  }

  /** The largest write that a server takes, in bytes. */
  largestWrite({ cluster, node }: Place): number {
    const found = this.#simulation.universe.findCluster(cluster);
    const limit = found?.settingOf(node, 'replication.max_allowed_write_size') ?? 0;
    return limit === 0 ? Number.POSITIVE_INFINITY : limit;
  }

  /** @param timeoutUs of the caller; at most what its frame says */
  answer(place: Place, header: Incoming, read: Asked, timeoutUs: number): Answer {
    const { method, bodyBytes } = read;
    const cluster = this.#simulation.universe.findCluster(place.cluster);
    if (cluster === undefined || !cluster.isRunning(place.node)) return SILENCE;
    if (isDropped(cluster, place.node, header.name)) return SILENCE;
    if (method === undefined) return refuse('ERR_HANDLER_NOT_FOUND');
    const body = read.body === undefined ? undefined : this.#received(method, read.body);
    if (method.code === methods.negotiate.code) return this.#negotiate(cluster, place.node, body);
    const { gpid, partitionHash, isBackupRequest: isBackup } = header;
    const asked = { code: method.code, gpid, body, bodyBytes, timeoutUs, partitionHash, isBackup };
    const slices = slicesOf(
      method.code,
      body,
      () => cluster.settingOf(place.node, 'pegasus.server.rocksdb_multi_get_max_iteration_count'),
      () => this.#report({ event: 'answer-cut', node: place.node, reason: `${method.code}: ${TOO_LONG}` }),
    );
    const answer =
      slices === undefined ? this.#ask(place, method, asked) : this.#slice(place, method, asked, slices);
    return whenReplied(answer, (reply) => this.#told(method, reply));
  }

  readonly #aheadUs = (): number => this.#simulation.universe.clock.aheadUs();

  /** The request as the simulation knows servers and time. */
  #received(method: AnyMethod, request: unknown): unknown {
    const inTime = inClusterTime(method.code, request, this.#aheadUs);
    return method.code === methods.callCommand.code ? inward(this.#book, inTime as Command) : inTime;
  }

  /** The reply as clients know time, where there is one for them. */
  #told(method: AnyMethod, reply: Reply): Answer {
    // No client could read an answer to this.
    if (method.code === methods.clearScanner.code) return SILENCE;
    const { result, error } = reply;
    // The connection of a server that crashed over the request is closed with the server.
    if (error === 'ERR_NETWORK_FAILURE') return SILENCE;
    if (result === undefined) return reply;
    const value = inClientTime(method.code, result.value, this.#aheadUs);
    return value === result.value ? reply : { ...reply, result: { ...result, value } };
  }

  #ask(place: Place, method: AnyMethod, request: Request, arrival = new Arrival()): Answer {
    if (this.#simulation.admit(arrival)) return this.serve(place, method, request);
    return { kind: 'postponed', waitedUs: 0, again: () => this.#ask(place, method, request, arrival) };
  }

  /** A long read: after each part others have their turn. Only the first one is throttled. */
  #slice(place: Place, method: AnyMethod, request: Request, slices: Slices, reply?: unknown): Answer {
    const step = slices.next(reply);
    if (step.done === true) return ok(method, step.value);
    const { method: partly, request: body } = step.value;
    const hasWaited = reply !== undefined;
    const asked = { ...request, code: partly.code, body, hasWaited, partOf: method.code };
    return whenReplied(this.#ask(place, partly, asked), (part) => {
      if (part.result === undefined) return part;
      const { value } = part.result;
      const again = (): Answer => this.#slice(place, method, request, slices, value);
      return { kind: 'postponed', waitedUs: part.waitedUs, again };
    });
  }

  get #isManual(): boolean {
    return this.#simulation.universe.clock.mode === 'manual';
  }

  /** What a server answers to a request that was admitted: to `httpGet` an `HttpReply`. Under a manual clock the time that it takes passes before. */
  serve(place: Place, method: AnyMethod, request: Request): Answer {
    const deadline = this.#simulation.universe.now + request.timeoutUs;
    const outcome = this.#simulation.change(sent, { place, request });
    if ('isUnanswered' in outcome) return SILENCE;
    const { waitedUs } = outcome;
    const asked = { place, method, request, deadline };
    if (waitedUs === 0 || !this.#isManual) return this.#answerOf(asked, outcome);
    this.#beginMove(waitedUs);
    return this.#onceDone(() => this.#answerOf(asked, { ...outcome, waitedUs: 0 }));
  }

  #answerOf({ place, method, request, deadline }: Waiting, outcome: Served): Answer {
    const { err, waitedUs } = outcome;
    if ('reply' in outcome) return this.#make(method, outcome.reply, waitedUs);
    if (err === 'postponed') return this.#postpone(place, method, request, waitedUs);
    if (outcome.isInReply) return ok(method, { ...(blankOf(method.response) as object), err }, waitedUs);
    const { late } = outcome;
    if (late !== undefined) return this.#onceDone(() => this.#late(method, late, deadline));
    return err === 'ERR_FORWARD_TO_OTHERS' ? this.#forward(place, method) : refuse(err, waitedUs);
  }

  #make(method: AnyMethod, reply: unknown, waitedUs: number): Answer {
    if (!(reply instanceof LongReply)) return ok(method, reply, waitedUs);
    const made = this.#simulation.change(() => someOf(reply.steps, this.hasTime));
    if (made === UNANSWERED) return SILENCE;
    if (made !== undefined) return ok(method, made, waitedUs);
    return { kind: 'postponed', waitedUs: 0, again: () => this.#make(method, reply, waitedUs) };
  }

  #beginMove(us: number): void {
    this.#simulation.change((universe) => universe.timeline.beginMove(universe.now + us));
  }

  /** A throttled request has its turn later. */
  #postpone(place: Place, method: AnyMethod, request: Request, waitedUs: number): Answer {
    const waited = { ...request, hasWaited: true };
    if (waitedUs === 0) return this.#onceDone(() => this.serve(place, method, waited));
    return { kind: 'postponed', waitedUs, again: () => this.#ask(place, method, waited) };
  }

  /** Where something is under way that the answer needs, nothing else happens before its end. */
  #onceDone(answer: () => Answer): Answer {
    if (!this.#simulation.mustWait) return answer();
    return { kind: 'postponed', waitedUs: 0, again: () => this.#onceDone(answer) };
  }

  /** A write that is not committed yet. */
  #late(method: AnyMethod, late: () => unknown, deadline: number): Answer {
    const now = late();
    if (now !== undefined) return ok(method, now);
    if (!this.#isManual) {
      const look = (): Result | undefined => {
        const value = late();
        return value === undefined ? undefined : { schema: method.response, value };
      };
      return { kind: 'late', look };
    }
    const left = deadline - this.#simulation.universe.now;
    if (left <= 0) return { kind: 'silence', isTimeUp: true };
    const { now: from, agenda } = this.#simulation.universe;
    this.#beginMove(Math.min(left, Math.max(0, (agenda.nextAt() ?? deadline) - from)));
    return this.#onceDone(() => this.#late(method, late, deadline));
  }

  /** `meta_service::check_leader`: whoever asks a follower is told who leads. */
  #forward(place: Place, method: AnyMethod): Answer {
    const { leader } = this.#simulation.universe.cluster(place.cluster).record;
    const value = blankOf(method.response) as Record<string, unknown>;
    value.err = 'ERR_FORWARD_TO_OTHERS';
    if (method.code === methods.queryConfig.code && leader !== '') {
      value.partitions = [partitionAt(leader)];
    }
    const result = { schema: method.response, value };
    return { ...refuse('ERR_FORWARD_TO_OTHERS'), leader, result };
  }

  #negotiate(cluster: Cluster, node: string, request: unknown): Answer {
    const value = negotiate(cluster, node, request as NegotiationRequest);
    // A handshake that failed ends the connection.
    if (value === undefined) return { kind: 'goodbye' };
    return ok(methods.negotiate as AnyMethod, value);
  }
}

/** A request that a server was sent. */
interface Waiting {
  readonly place: Place;
  readonly method: AnyMethod;
  readonly request: Request;
  /** Until when its client waits, in microseconds of the cluster's time. */
  readonly deadline: number;
}

/** What a request comes to at the server that it is sent to. */
function sent(universe: Universe, { place, request }: { place: Place; request: Request }): Outcome {
  const handle = request.code === httpGet.code ? beginHttp : serve;
  return handle(universe.cluster(place.cluster), place.node, request);
}

function partitionAt(leader: string): PartitionConfiguration {
  return { ...blankOf(PartitionConfiguration), primary: rpcAddressOf(leader), hp_primary: leader };
}

function ok({ response: schema }: AnyMethod, value: unknown, waitedUs = 0): Reply {
  return { kind: 'reply', error: 'ERR_OK', result: { schema, value }, waitedUs };
}

function refuse(error: string, waitedUs = 0): Reply {
  return { kind: 'reply', error, waitedUs };
}

/** `negotiation_manager::on_rpc_recv_msg`: dropped without a word. */
function isDropped(cluster: Cluster, node: string, code: string): boolean {
  return (
    cluster.settingOf(node, 'security.enable_auth') &&
    cluster.settingOf(node, 'security.mandatory_auth') &&
    !WHITE_LIST.has(code)
  );
}
