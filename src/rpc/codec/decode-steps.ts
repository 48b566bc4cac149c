/** Thrift's binary protocol, read in steps: what is long is left between two of its parts, and taken up again. */
import type { CollectionType, MapType, StructType, Type } from '../idl/schema.ts';
import { beginCollection, beginMap, decoderOf, fieldWire, structForm } from './decode.ts';
import type { Reader } from './reader.ts';
import { skipValue } from './skip.ts';
import { STOP } from './thrift-types.ts';

/** Yields before each part. */
export type DecodeSteps<T> = Generator<void, T, void>;

/** The value that `decoderOf` reads. @throws WireError */
export function* decodeSteps<T>(type: Type<T>, reader: Reader): DecodeSteps<T> {
  yield;
  const inParts = partsOf(type);
  return inParts === undefined ? decoderOf(type)(reader) : ((yield* inParts(reader)) as T);
}

type InParts = (reader: Reader) => DecodeSteps<unknown>;

const made = new WeakMap<Type<unknown>, { readonly inParts: InParts | undefined }>();

/** How a value is read in parts; undefined where it is short, whatever is in it. */
function partsOf(type: Type<unknown>): InParts | undefined {
  const known = made.get(type);
  if (known !== undefined) return known.inParts;
  const inParts = make(type);
  made.set(type, { inParts });
  return inParts;
}

function make(type: Type<unknown>): InParts | undefined {
  switch (type.kind) {
    case 'struct':
      return isShort(type) ? undefined : structInParts(type);
    case 'list':
    case 'set':
      return collectionInParts(type);
    case 'map':
      return mapInParts(type);
    default:
      return undefined;
  }
}

function isShort({ fields }: StructType<unknown>): boolean {
  return Object.values(fields).every(({ type }) => partsOf(type) === undefined);
}

function structInParts(type: StructType<unknown>): InParts {
  const { byId, complete } = structForm(type);
  return function* (reader) {
    const value: Record<string, unknown> = {};
    for (let count = 0, wire = fieldWire(reader, count); wire !== STOP; wire = fieldWire(reader, ++count)) {
      const field = byId[reader.i16()];
      if (field === undefined || field.wire !== wire) skipValue(reader, wire);
      else value[field.name] = yield* decodeSteps(field.type, reader);
    }
    complete(value);
    return value;
  };
}

function collectionInParts(type: CollectionType<unknown>): InParts {
  const begin = beginCollection(type);
  return function* (reader) {
    const elements: unknown[] = [];
    for (let left = begin(reader); left > 0; left--) {
      elements.push(yield* decodeSteps(type.element, reader));
    }
    return type.kind === 'list' ? elements : new Set(elements);
  };
}

function mapInParts(type: MapType<unknown>): InParts {
  const begin = beginMap(type);
  return function* (reader) {
    const map = new Map<unknown, unknown>();
    for (let left = begin(reader); left > 0; left--) {
      map.set(yield* decodeSteps(type.key, reader), yield* decodeSteps(type.value, reader));
    }
    return map;
  };
}
