import type { Buffer } from 'node:buffer';
import type { Steps } from '../engine/steps.ts';
import type { HostPorts } from '../rpc/codec/encode.ts';
import { Frames } from '../rpc/codec/frames.ts';
import { encodingPayload } from '../rpc/codec/payload.ts';
import { REQUEST_LIMITS, Reader } from '../rpc/codec/reader.ts';
import {
  readThftHeader,
  type ThftRequestHeader,
  thftRequestLength,
  writeThftReply,
} from '../rpc/codec/thft.ts';
import type { Writer } from '../rpc/codec/writer.ts';
import type { AddressBook } from './addresses.ts';
import type { Reply, Result } from './answer.ts';
import { deliver } from './delivery.ts';
import { type Asked, inTurns, isLong, readRequest, requestSteps } from './reading.ts';
import type { Place, Service } from './service.ts';
import { DEFAULT_TIMEOUT_US, FRAME_LIMIT_BYTES, type Line, type Rest, type Session } from './session.ts';
import { inParts } from './writing.ts';

/** Not in the table of Go's clients, which break on them in the frame. */
const UNKNOWN_TO_CLIENTS: ReadonlySet<string> = new Set([
  'ERR_LEARNER_NOT_FOUND',
  'ERR_DIR_NOT_EMPTY',
  'ERR_FS_INTERNAL',
  'ERR_IGNORE_BAD_DATA',
  'ERR_MOCK_INTERNAL',
  'ERR_RETRY_EXHAUSTED',
  'ERR_SYNC_RANGER_POLICIES_FAILED',
  'ERR_RANGER_PARSE_ACL',
  'ERR_RANGER_POLICIES_NO_NEED_UPDATE',
  'ERR_RDB_CORRUPTION',
  'ERR_DISK_IO_ERROR',
  'ERR_CURL_FAILED',
  'ERR_DUP_EXIST',
  'ERR_HTTP_ERROR',
  'ERR_NOT_MATCHED',
]);

/** Clients in Go, Java, Python and Node. */
export class ThftSession implements Session<Reader> {
  readonly #frames: Frames<Reader>;
  readonly #service: Service;
  readonly #place: Place;
  readonly #line: Line;
  readonly #book: AddressBook;
  readonly #hostPorts: HostPorts;

  constructor(service: Service, place: Place, line: Line, book: AddressBook, hostPorts: HostPorts) {
    this.#service = service;
    this.#place = place;
    this.#line = line;
    this.#book = book;
    this.#hostPorts = hostPorts;
    this.#frames = new Frames(
      thftRequestLength,
      FRAME_LIMIT_BYTES,
      (bytes, start, end) => new Reader(bytes, start, book, end, REQUEST_LIMITS),
    );
  }

  get isWaiting(): boolean {
    return this.#frames.isWaiting;
  }

  push(chunk: Buffer): Reader[] {
    return this.#frames.push(chunk);
  }

  handle(frame: Reader): Rest | undefined {
    const header = readThftHeader(frame);
    if (isLong(frame.remaining)) {
      const steps = requestSteps(header.name, frame, this.#service.largestWrite(this.#place));
      return inTurns(steps, this.#service.hasTime, (asked) => this.#answer(header, asked));
    }
    return this.#answer(header, readRequest(header.name, frame));
  }

  #answer(header: ThftRequestHeader, asked: Asked): Rest | undefined {
    // What the frame says of the caller's patience is often truncated, or 0: it is no limit.
    const timeoutUs = Math.max(header.timeoutMs * 1000, DEFAULT_TIMEOUT_US);
    const answer = this.#service.answer(this.#place, header, asked, timeoutUs);
    return deliver(
      this.#line,
      inParts(answer, this.#encoding, this.#service.hasTime),
      timeoutUs,
      (out, reply) => this.#write(out, header, reply),
    );
  }

  readonly #encoding = ({ schema, value }: Result): Steps<readonly Uint8Array[]> =>
    encodingPayload(schema, value, this.#book, this.#hostPorts);

  /** An error that stands in the result is none of the frame. */
  #write(out: Writer, { name, sequence }: ThftRequestHeader, { result, error: err }: Reply): void {
    const error = result === undefined ? nameOf(err) : 'ERR_OK';
    writeThftReply(out, { name, sequence, error }, result, this.#hostPorts);
  }
}

function nameOf(error: string): string {
  return UNKNOWN_TO_CLIENTS.has(error) ? 'ERR_UNKNOWN' : error;
}
