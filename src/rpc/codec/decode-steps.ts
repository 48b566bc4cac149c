/** Thrift's binary protocol, read in steps: what is long is left between two of its parts, and taken up again. */
import type { CollectionType, MapType, StructType, Type } from '../idl/schema.ts';
import { beginCollection, beginMap, decoderOf, fieldWire, structForm } from './decode.ts';
import type { Reader } from './reader.ts';
import { skipValue } from './skip.ts';
import { isFlat, STOP } from './thrift-types.ts';

/** Yields before each part. */
export type DecodeSteps<T> = Generator<void, T, void>;

/** The value that `decoderOf` reads. @throws WireError */
export function* decodeSteps<T>(type: Type<T>, reader: Reader): DecodeSteps<T> {
  yield;
  return isFlat(type) ? decoderOf(type)(reader) : ((yield* inParts(type)(reader)) as T);
}

type InParts = (reader: Reader) => DecodeSteps<unknown>;

const made = new WeakMap<Type<unknown>, InParts>();

function inParts(type: Type<unknown>): InParts {
  const known = made.get(type);
  if (known !== undefined) return known;
  const parts = make(type);
  made.set(type, parts);
  return parts;
}

function make(type: Type<unknown>): InParts {
  if (type.kind === 'struct') return structInParts(type);
  return type.kind === 'map' ? mapInParts(type) : collectionInParts(type as CollectionType<unknown>);
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
