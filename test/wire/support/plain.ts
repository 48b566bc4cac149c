/** Decoded values in the notation of the captured vectors: texts where they can be read, `hex:` where not. */
import { bytesToText } from '../../../src/engine/storage/bytes.ts';
import type { Gpid, StructType, Type } from '../../../src/rpc/idl/schema.ts';

export function plainOf(type: Type<unknown>, value: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return plainStruct(type, value as Record<string, unknown>);
    case 'list':
    case 'set':
      return [...(value as Iterable<unknown>)].map((element) => plainOf(type.element, element));
    case 'map':
      return Object.fromEntries(
        [...(value as Map<unknown, unknown>)].map(([key, member]) => [
          String(plainOf(type.key, key)),
          plainOf(type.value, member),
        ]),
      );
    case 'gpid':
      return `${(value as Gpid).app_id}.${(value as Gpid).partition_index}`;
    case 'rpc_address':
      return value === '' ? 'invalid' : value;
    case 'host_port':
      return value === '' ? 'invalid' : `${value}(1)`;
    case 'blob':
      return plainBytes(value as Uint8Array);
    case 'big64':
      return Number(value);
    default:
      return value;
  }
}

function plainStruct(type: StructType<unknown>, value: Record<string, unknown>): unknown {
  const entries = Object.entries(type.fields).flatMap(([name, field]) =>
    value[name] === undefined ? [] : [[name, plainOf(field.type, value[name])] as const],
  );
  return type.isWrapper ? entries[0]?.[1] : Object.fromEntries(entries);
}

function plainBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return bytesToText(bytes) === text ? text : `hex:${Buffer.from(bytes).toString('hex')}`;
}
