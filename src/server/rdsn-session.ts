import type { Buffer } from 'node:buffer';
import { rpcAddressOf } from '../engine/address.ts';
import type { Steps } from '../engine/steps.ts';
import { WireError } from '../rpc/codec/errors.ts';
import { asBytes, Frames } from '../rpc/codec/frames.ts';
import { encodingPayload } from '../rpc/codec/payload.ts';
import { type RdsnHeader, rdsnLength, rdsnSteps, readRdsn, writeRdsn } from '../rpc/codec/rdsn.ts';
import type { Writer } from '../rpc/codec/writer.ts';
import { ForwardTo } from '../rpc/idl/arguments.ts';
import type { StructType } from '../rpc/idl/schema.ts';
import type { AddressBook } from './addresses.ts';
import { type Answer, type Reply, type Result, whenReplied } from './answer.ts';
import { deliver } from './delivery.ts';
import { type Asked, inTurns, isLong, readRequest, requestSteps } from './reading.ts';
import type { Place, Service } from './service.ts';
import { DEFAULT_TIMEOUT_US, FRAME_LIMIT_BYTES, type Line, type Rest, type Session } from './session.ts';
import { inParts } from './writing.ts';

/** The C++ shell, the C++ client library, and servers. */
export class RdsnSession implements Session<Buffer> {
  readonly #frames = new Frames(rdsnLength, FRAME_LIMIT_BYTES, asBytes);
  readonly #service: Service;
  readonly #place: Place;
  readonly #line: Line;
  readonly #book: AddressBook;

  constructor(service: Service, place: Place, line: Line, book: AddressBook) {
    this.#service = service;
    this.#place = place;
    this.#line = line;
    this.#book = book;
  }

  get isWaiting(): boolean {
    return this.#frames.isWaiting;
  }

  push(chunk: Buffer): Buffer[] {
    return this.#frames.push(chunk);
  }

  handle(frame: Buffer): Rest | undefined {
    if (isLong(frame.length)) {
      const { hasTime } = this.#service;
      return inTurns(this.#readInSteps(frame), hasTime, ({ header, asked }) => this.#answer(header, asked));
    }
    const { header, body } = readRdsn(frame, this.#book);
    return this.#answer(header, readRequest(header.name, body));
  }

  *#readInSteps(frame: Buffer): Steps<{ readonly header: RdsnHeader; readonly asked: Asked }> {
    const { header, body } = yield* rdsnSteps(frame, this.#book);
    const largestWrite = this.#service.largestWrite(this.#place);
    return { header, asked: yield* requestSteps(header.name, body, largestWrite) };
  }

  #answer(header: RdsnHeader, asked: Asked): Rest | undefined {
    if (!header.isRequest) throw new WireError('a reply to a request that was not made');
    const timeoutUs = header.timeoutMs > 0 ? header.timeoutMs * 1000 : DEFAULT_TIMEOUT_US;
    const answer = this.#service.answer(this.#place, header, asked, timeoutUs);
    const relayed = whenReplied(answer, (reply) =>
      isSentOn(reply) && isOfServer(header) ? this.#relay(header, asked, reply, timeoutUs) : reply,
    );
    return deliver(
      this.#line,
      inParts(relayed, this.#encoding, this.#service.hasTime),
      timeoutUs,
      (out, reply) => this.#write(out, header, reply),
    );
  }

  readonly #encoding = ({ schema, value }: Result): Steps<readonly Uint8Array[]> =>
    encodingPayload(schema, value, this.#book);

  /**
   * What the leader answers to a server that asked another meta server (`rpc_engine::forward`). It comes on the
   * connection of the request: upstream's servers know a reply by its id, and nobody can have us connect elsewhere.
   */
  #relay(header: RdsnHeader, asked: Asked, { leader }: SentOn, timeoutUs: number): Answer {
    return this.#service.answer({ ...this.#place, node: leader }, header, asked, timeoutUs);
  }

  #write(out: Writer, request: RdsnHeader, reply: Reply): void {
    const { error, result } = reply.leader === undefined ? reply : sentOn(request, reply, reply.leader);
    const header: RdsnHeader = {
      ...request,
      isRequest: false,
      rpcCode: 0,
      fromAddress: rpcAddressOf(this.#place.node),
      error,
    };
    writeRdsn(out, header, result);
  }
}

type SentOn = Reply & { readonly leader: string };

function isSentOn(reply: Reply): reply is SentOn {
  return reply.leader !== undefined && reply.leader !== '';
}

/** A sender that does not listen has a small number for its port. */
function isOfServer({ isForwardSupported, fromAddress }: RdsnHeader): boolean {
  return isForwardSupported && Number(fromAddress.slice(fromAddress.lastIndexOf(':') + 1)) > 1023;
}

/** A client that can follow is told in the frame who leads; others look into the result. */
function sentOn({ isForwardSupported }: RdsnHeader, { error, result }: Reply, leader: string) {
  if (!isForwardSupported || leader === '') return { error: 'ERR_OK', result };
  const schema = ForwardTo as StructType<unknown>;
  return { error, result: { schema, value: { address: rpcAddressOf(leader) } } };
}
