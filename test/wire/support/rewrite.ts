/** Frames read whole and written anew: what comes back must be what was there. */

import { readPayload } from '../../../src/rpc/codec/payload.ts';
import { rdsnFrame, readRdsn, readRdsnPayload } from '../../../src/rpc/codec/rdsn.ts';
import { Reader } from '../../../src/rpc/codec/reader.ts';
import { readThftHeader, writeThftReply } from '../../../src/rpc/codec/thft.ts';
import { Writer } from '../../../src/rpc/codec/writer.ts';
import { ForwardTo } from '../../../src/rpc/idl/arguments.ts';
import { methodOf } from './fixtures.ts';
import { readThftReply, readThftResult, writeThftRequest } from './thft-client.ts';

export interface Rewritten {
  readonly header: Record<string, unknown>;
  readonly value: unknown;
  readonly bytes: Buffer;
}

export function rewriteThftRequest(frame: Buffer): Rewritten {
  const body = new Reader(frame);
  const header = readThftHeader(body);
  const { request } = methodOf(header.name);
  const value = readPayload(body, request);
  const writer = new Writer();
  writeThftRequest(writer, header, request, value);
  return { header: { ...header }, value, bytes: writer.take() };
}

export function rewriteThftReply(frame: Buffer): Rewritten {
  const { header, body } = readThftReply(frame);
  const writer = new Writer();
  if (header.error !== 'ERR_OK') {
    writeThftReply(writer, header);
    return { header: { ...header }, value: undefined, bytes: writer.take() };
  }
  const schema = methodOf(header.name).response;
  const value = readThftResult(body, schema);
  writeThftReply(writer, header, { schema, value }, 'with-host-ports');
  return { header: { ...header }, value, bytes: writer.take() };
}

export function rewriteRdsn(frame: Buffer, options?: { readonly crc: boolean }): Rewritten {
  const { header, body } = readRdsn(frame);
  const schema = schemaOfRdsn(header);
  if (schema === undefined) return { header: { ...header }, value: undefined, bytes: rdsnFrame(header) };
  const value = readRdsnPayload(body, schema);
  return { header: { ...header }, value, bytes: rdsnFrame(header, { schema, value }, options) };
}

function schemaOfRdsn({ isRequest, error, name }: ReturnType<typeof readRdsn>['header']) {
  if (isRequest) return methodOf(name).request;
  if (error === 'ERR_FORWARD_TO_OTHERS') return ForwardTo;
  return error === 'ERR_OK' ? methodOf(name).response : undefined;
}
