import { Buffer } from 'node:buffer';
import { getClock } from '../engine/control/clock.ts';
import { controlHandler } from '../engine/control/handlers.ts';
import type { HttpReply } from '../engine/http/route.ts';
import { LongReply } from '../engine/request.ts';
import { Arrival, type Simulation } from '../engine/simulation.ts';
import { type Steps, someOf } from '../engine/steps.ts';
import type { Universe } from '../engine/universe.ts';
import { ClusterError, UsageError } from '../errors.ts';
import { decoderOf } from '../rpc/codec/decode.ts';
import { encoderOf } from '../rpc/codec/encode.ts';
import { encodeSteps } from '../rpc/codec/encode-steps.ts';
import { WireError } from '../rpc/codec/errors.ts';
import { asBytes, Frames } from '../rpc/codec/frames.ts';
import { Encoded } from '../rpc/codec/payload.ts';
import { type RdsnHeader, rdsnLength, readRdsn, readRdsnPayload, writeRdsn } from '../rpc/codec/rdsn.ts';
import { Reader } from '../rpc/codec/reader.ts';
import { Writer } from '../rpc/codec/writer.ts';
import * as controlMethods from '../rpc/idl/control.ts';
import * as duplicationMethods from '../rpc/idl/control-duplication.ts';
import { httpGet, httpGetRest } from '../rpc/idl/http.ts';
import * as methods from '../rpc/idl/methods.ts';
import type { StructType } from '../rpc/idl/schema.ts';
import {
  type CallRequest,
  type CallResponse,
  callServed,
  greetServed,
  type ServingState,
  sleepServed,
} from '../rpc/idl/serving.ts';
import { type Answer, type Result, SILENCE, whenReplied } from './answer.ts';
import { deliver } from './delivery.ts';
import { Pages } from './pages.ts';
import type { AnyMethod } from './reading.ts';
import type { Service } from './service.ts';
import { FRAME_LIMIT_BYTES, type Line, type Session } from './session.ts';
import { inParts } from './writing.ts';

const METHODS: ReadonlyMap<string, AnyMethod> = new Map(
  [
    ...Object.values(methods),
    ...Object.values(controlMethods),
    ...Object.values(duplicationMethods),
    httpGet,
    httpGetRest,
  ]
    .filter((value): value is typeof value & AnyMethod => typeof value === 'object' && 'code' in value)
    .map((method) => [method.code, method as AnyMethod]),
);

/** The commands of pegsh in other processes, for which it is as though they had the workspace open themselves. */
export class ControlSession implements Session<Buffer> {
  readonly #frames = new Frames(rdsnLength, FRAME_LIMIT_BYTES, asBytes);
  readonly #simulation: Simulation;
  readonly #service: Service;
  readonly #line: Line;
  readonly #pages: Pages;
  #isGreeted = false;

  constructor(simulation: Simulation, service: Service, line: Line) {
    this.#simulation = simulation;
    this.#service = service;
    this.#line = line;
    this.#pages = new Pages(simulation, service.hasTime);
  }

  get isWaiting(): boolean {
    return this.#frames.isWaiting;
  }

  push(chunk: Buffer): Buffer[] {
    const frames = this.#frames.push(chunk);
    return this.#isGreeted ? frames : this.#greet(frames);
  }

  /** A greeting, which comes first, does not wait for its turn. @returns what is left */
  #greet(frames: Buffer[]): Buffer[] {
    const [first] = frames;
    if (first === undefined) return frames;
    this.#isGreeted = true;
    const { header } = readRdsn(first);
    if (header.name !== greetServed.code) return frames;
    const out = new Writer();
    writeReply(out, header, greetServed.response, {});
    this.#line.tell(out.take());
    return frames.slice(1);
  }

  handle(frame: Buffer): undefined {
    const { header, body } = readRdsn(frame);
    if (header.name === callServed.code) {
      const request = readRdsnPayload(body, callServed.request);
      const arrival = new Arrival(request.code === httpGetRest.code);
      this.#onceItMay(() => this.#call(header, request), arrival);
    } else if (header.name === sleepServed.code) {
      this.#sleep(header, readRdsnPayload(body, sleepServed.request).duration_us);
    } else throw new WireError(`${header.name} at the control endpoint`);
  }

  #sleep(header: RdsnHeader, us: number): void {
    this.#after(us, () =>
      this.#line.answer((out, state) => writeReply(out, header, sleepServed.response, state), this.#state()),
    );
  }

  /** Under the real time it really passes; a manual clock moves. */
  #after(us: number, answer: () => void): void {
    if (this.#isRealtime) {
      this.#line.after(us, answer);
      return;
    }
    this.#simulation.change((universe) => universe.timeline.beginMove(universe.now + us));
    this.#onceThere(answer);
  }

  /** Moving the clock takes as many turns as there is work on the way. */
  #onceThere(answer: () => void): void {
    if (this.#simulation.isBehind) this.#line.after(0, () => this.#onceThere(answer));
    else answer();
  }

  #onceItMay(ask: () => void, arrival: Arrival): void {
    if (this.#simulation.admit(arrival)) ask();
    else this.#line.after(0, () => this.#onceItMay(ask, arrival));
  }

  #call(header: RdsnHeader, request: CallRequest): void {
    const method = METHODS.get(request.code);
    if (method === undefined) {
      this.#refuse(header, request.code, 'ERR_HANDLER_NOT_FOUND');
      return;
    }
    this.#orFail(header, () => {
      if (request.code === httpGetRest.code) this.#goOnWithPage(header, request);
      else if (request.target === 'control') this.#control(header, request, method);
      else this.#ask(header, request, method);
    });
  }

  #orFail(header: RdsnHeader, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#answer(header, { failure: failureOf(error) });
    }
  }

  #control(header: RdsnHeader, request: CallRequest, method: AnyMethod): void {
    const handler = controlHandler(request.code);
    if (handler === undefined)
      throw new ClusterError('ERR_HANDLER_NOT_FOUND', `${request.code} is not served`);
    const body = bodyOf(method, request);
    const { universe } = this.#simulation;
    const value = this.#simulation.change(() => handler(universe, body));
    const answer = (value: unknown): void =>
      this.#deliver(
        header,
        method.code,
        { kind: 'reply', error: 'ERR_OK', waitedUs: 0, result: { schema: method.response, value } },
        0,
      );
    if (value instanceof LongReply) this.#make(header, request, { reply: value, of: universe }, answer);
    else if (method.code !== controlMethods.advanceClock.code) answer(value);
    else this.#onceThere(() => answer(getClock(this.#simulation.universe)));
  }

  /** Others have their turn meanwhile. Of a universe that is another one by then it is asked for anew. */
  #make(
    header: RdsnHeader,
    request: CallRequest,
    long: { readonly reply: LongReply; readonly of: Universe },
    answer: (value: unknown) => void,
  ): void {
    if (this.#simulation.universe !== long.of) {
      this.#call(header, request);
      return;
    }
    const made = this.#simulation.change(() => someOf(long.reply.steps, this.#service.hasTime));
    const goOn = (): void => this.#orFail(header, () => this.#make(header, request, long, answer));
    if (made === undefined) this.#line.after(0, () => this.#onceItMay(goOn, new Arrival(true)));
    else answer(made);
  }

  #ask(header: RdsnHeader, request: CallRequest, method: AnyMethod): void {
    const { universe } = this.#simulation;
    const cluster = universe.cluster(
      request.cluster === '' ? universe.settings.current_cluster : request.cluster,
    );
    const node = request.target === 'replica' ? request.server : cluster.record.leader;
    const { code, gpid, timeout_us: timeoutUs } = request;
    const partitionHash = BigInt.asUintN(64, request.partition_hash);
    const place = { cluster: cluster.name, node };
    const body = bodyOf(method, request);
    const asked = { code, gpid, body, timeoutUs, partitionHash };
    const answer = node === '' ? SILENCE : this.#service.serve(place, method, asked);
    this.#settle(header, request, code === httpGet.code ? this.#paged(answer) : answer);
  }

  #paged(answer: Answer): Answer {
    return whenReplied(answer, (reply) =>
      reply.result === undefined ? reply : this.#pages.begin(reply.result.value as HttpReply),
    );
  }

  #goOnWithPage(header: RdsnHeader, request: CallRequest): void {
    const { rest } = bodyOf(httpGetRest as AnyMethod, request) as { readonly rest: number };
    const answer = this.#pages.goOn(rest);
    if (answer === undefined) throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no page ${rest}`);
    this.#settle(header, request, answer);
  }

  #settle(header: RdsnHeader, request: CallRequest, answer: Answer): void {
    const { code, timeout_us: timeoutUs } = request;
    if (answer.kind === 'postponed') {
      this.#line.after(answer.waitedUs, () => this.#settle(header, request, answer.again()));
      return;
    }
    const timeOut = (): void => this.#refuse(header, code, 'ERR_TIMEOUT');
    // Nothing answers: the caller hears of it when its time is up.
    if (answer.kind === 'silence') this.#after(answer.isTimeUp === true ? 0 : timeoutUs, timeOut);
    if (answer.kind === 'late') this.#line.after(timeoutUs, timeOut);
    this.#deliver(header, code, answer, timeoutUs);
  }

  #deliver(header: RdsnHeader, code: string, answer: Answer, timeoutUs: number): void {
    const inTurns = inParts(answer, encoding, this.#service.hasTime);
    const rest = deliver(this.#line, inTurns, timeoutUs, (out, { error, result }) =>
      this.#write(
        out,
        header,
        error === 'ERR_OK' && result !== undefined ? responseOf(result) : refusal(code, error),
      ),
    );
    if (rest !== undefined) this.#line.goOnAfter(0, rest);
  }

  get #isRealtime(): boolean {
    return this.#simulation.universe.clock.mode === 'realtime';
  }

  #refuse(header: RdsnHeader, method: string, code: string): void {
    this.#answer(header, refusal(method, code));
  }

  #answer(header: RdsnHeader, response: CallResponse): void {
    this.#line.answer((out, told) => this.#write(out, header, told), response);
  }

  #write(out: Writer, header: RdsnHeader, response: CallResponse): void {
    writeReply(out, header, callServed.response, { ...response, state: this.#state() });
  }

  #state(): ServingState {
    const { universe } = this.#simulation;
    return {
      now_us: universe.clock.seen(),
      is_realtime: this.#isRealtime,
      current_cluster: universe.settings.current_cluster,
      clusters: [...universe.clusterNames()],
      real_clusters: [...universe.realClusters()],
    };
  }
}

function bodyOf(method: AnyMethod, { body }: CallRequest): unknown {
  return decoderOf(method.request)(new Reader(body));
}

function* encoding({ schema, value }: Result): Steps<readonly Uint8Array[]> {
  const writer = new Writer();
  yield* encodeSteps(schema, writer, value, 'with-host-ports');
  return writer.takeParts();
}

function responseOf({ schema, value }: Result): CallResponse {
  if (value instanceof Encoded) return { body: Buffer.concat(value.parts) };
  const writer = new Writer();
  encoderOf(schema)(writer, value);
  return { body: writer.take() };
}

function refusal(method: string, code: string): CallResponse {
  return { failure: { kind: 'rpc', code, message: method } };
}

function writeReply<R>(out: Writer, request: RdsnHeader, schema: StructType<R>, value: R): void {
  writeRdsn(out, { ...request, isRequest: false, error: 'ERR_OK' }, { schema, value });
}

/** Whatever else fails is not the caller's to hear of. */
function failureOf(error: unknown): NonNullable<CallResponse['failure']> {
  if (error instanceof ClusterError || error instanceof UsageError) {
    const { message, hint } = error;
    const told = { message, ...(hint === undefined ? {} : { hint }) };
    return error instanceof ClusterError
      ? { kind: 'cluster', code: error.code, ...told }
      : { kind: 'usage', code: '', ...told };
  }
  throw error;
}
