/** The one field in which arguments and results travel, whatever the header before them. */
import type { StructType, Type } from '../idl/schema.ts';
import type { Addresses } from './addresses.ts';
import { decoderOf } from './decode.ts';
import { type DecodeSteps, decodeSteps } from './decode-steps.ts';
import { encoderOf, type HostPorts } from './encode.ts';
import { encodeSteps } from './encode-steps.ts';
import { WireError } from './errors.ts';
import type { Reader } from './reader.ts';
import { STOP, STRUCT, wireTypeOf } from './thrift-types.ts';
import { Writer } from './writer.ts';

/** What a message is on the wire, where it was written before. */
export class Encoded {
  readonly parts: readonly Uint8Array[];

  constructor(parts: readonly Uint8Array[]) {
    this.parts = parts;
  }
}

/** @param id 1 for THFT's arguments, 0 for its results and for everything of RDSN */
export function writePayload<T>(
  writer: Writer,
  schema: StructType<T>,
  value: T | Encoded,
  id: 0 | 1,
  hostPorts: HostPorts = 'with-host-ports',
): void {
  const form = formOf(schema);
  writer.fieldHeader(form.wire, id);
  if (value instanceof Encoded) for (const part of value.parts) writer.raw(part);
  else {
    const write = form.write[hostPorts] ?? writerOf(schema, form, hostPorts);
    write(writer, value);
  }
  writer.u8(STOP);
}

/** So many bytes of a long message make a part. */
const PART = 512 * 1024;

/** The message alone, in steps and parts where it is long. */
export function* encodingPayload(
  schema: StructType<unknown>,
  message: unknown,
  addresses: Addresses | undefined,
  hostPorts: HostPorts = 'with-host-ports',
): Generator<void, readonly Uint8Array[], void> {
  const writer = new Writer(addresses);
  const parts: Uint8Array[] = [];
  for (const _ of stepsOf(schema, writer, message, hostPorts)) {
    if (writer.length >= PART) parts.push(...writer.takeParts());
    yield;
  }
  parts.push(...writer.takeParts());
  return parts;
}

function stepsOf(
  schema: StructType<unknown>,
  writer: Writer,
  message: unknown,
  hostPorts: HostPorts,
): Generator<void, void, void> {
  if (!schema.isWrapper) return encodeSteps(schema, writer, message, hostPorts);
  const { name, type } = wrappedField(schema);
  return encodeSteps(type, writer, (message as Record<string, unknown>)[name], hostPorts);
}

/** As upstream's reader: one field, whatever its type and id claim to be, and the end. @throws WireError */
export function readPayload<T>(reader: Reader, schema: StructType<T>): T {
  beginPayload(reader, schema);
  const value = formOf(schema).read(reader);
  endPayload(reader, schema);
  return value as T;
}

/** The same in steps, where it is long. @throws WireError */
export function* payloadSteps<T>(reader: Reader, schema: StructType<T>): DecodeSteps<T> {
  beginPayload(reader, schema);
  const value = schema.isWrapper
    ? yield* wrappedSteps(reader, wrappedField(schema))
    : yield* decodeSteps(schema, reader);
  endPayload(reader, schema);
  return value as T;
}

function* wrappedSteps(reader: Reader, { name, type }: WrappedField): DecodeSteps<unknown> {
  return { [name]: yield* decodeSteps(type, reader) };
}

function beginPayload(reader: Reader, schema: StructType<unknown>): void {
  if (reader.u8() === STOP) throw new WireError(`no ${schema.name}`);
  reader.skip(2);
}

function endPayload(reader: Reader, schema: StructType<unknown>): void {
  if (reader.u8() !== STOP) throw new WireError(`something after the ${schema.name}`);
}

type Write = (writer: Writer, message: unknown) => void;

/** How a message stands in the field. */
interface Form {
  readonly wire: number;
  readonly read: (reader: Reader) => unknown;
  /** As far as somebody has asked. */
  readonly write: Partial<Record<HostPorts, Write>>;
}

const forms = new WeakMap<StructType<unknown>, Form>();

function formOf(schema: StructType<unknown>): Form {
  const known = forms.get(schema);
  if (known !== undefined) return known;
  const form = schema.isWrapper ? wrappedForm(schema) : { wire: STRUCT, read: decoderOf(schema), write: {} };
  forms.set(schema, form);
  return form;
}

/** A wrapper's one field is where a message's struct is elsewhere. */
function wrappedForm(schema: StructType<unknown>): Form {
  const { name, type } = wrappedField(schema);
  const decode = decoderOf(type);
  const read = (reader: Reader): unknown => {
    const message: Record<string, unknown> = {};
    message[name] = decode(reader);
    return message;
  };
  return { wire: wireTypeOf(type), read, write: {} };
}

function writerOf(schema: StructType<unknown>, form: Form, hostPorts: HostPorts): Write {
  const write = schema.isWrapper ? wrappedWriter(schema, hostPorts) : encoderOf(schema, hostPorts);
  form.write[hostPorts] = write;
  return write;
}

function wrappedWriter(schema: StructType<unknown>, hostPorts: HostPorts): Write {
  const { name, type } = wrappedField(schema);
  const encode = encoderOf(type, hostPorts);
  return (writer, message) => encode(writer, (message as Record<string, unknown>)[name]);
}

interface WrappedField {
  readonly name: string;
  readonly type: Type<unknown>;
}

function wrappedField(schema: StructType<unknown>): WrappedField {
  const entry = Object.entries(schema.fields)[0];
  if (entry === undefined) throw new WireError(`${schema.name} has no form on the wire`);
  return { name: entry[0], type: entry[1].type };
}
