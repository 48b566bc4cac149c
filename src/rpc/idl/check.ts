import { isErrorCode } from './errors.ts';
import type { CollectionType, EnumType, MapType, PrimitiveKind, StructType, Type } from './schema.ts';

/** A message that does not have the shape that its schema declares: a bug on the side that made it. */
export class SchemaMismatch extends Error {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path}: expected ${expected}, got ${describe(value)}`);
    this.name = 'SchemaMismatch';
  }
}

/**
 * Checks that a value is what the wire could carry under its schema, with no field that the schema lacks.
 *
 * @param path names the value in the error, e.g. `RPC_CM_CREATE_APP request`
 * @throws SchemaMismatch naming the first wrong field, e.g. `….options.partition_count`
 */
export function checkValue(schema: Type<unknown>, value: unknown, path: string): void {
  switch (schema.kind) {
    case 'struct':
      checkStruct(schema, value, path);
      break;
    case 'enum':
      checkEnum(schema, value, path);
      break;
    case 'list':
    case 'set':
      checkCollection(schema, value, path);
      break;
    case 'map':
      checkMap(schema, value, path);
      break;
    default:
      checkPrimitive(schema.kind, value, path);
      break;
  }
}

function checkStruct(schema: StructType<unknown>, value: unknown, path: string): void {
  if (!isRecord(value)) throw new SchemaMismatch(path, `a ${schema.name}`, value);
  for (const [name, field] of Object.entries(schema.fields)) {
    const member = value[name];
    if (member === undefined && field.optional) continue;
    checkValue(field.type, member, `${path}.${name}`);
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(schema.fields, name)) {
      throw new SchemaMismatch(`${path}.${name}`, `no such field in ${schema.name}`, value[name]);
    }
  }
}

function checkEnum(schema: EnumType<unknown>, value: unknown, path: string): void {
  if (typeof value === 'string' && Object.hasOwn(schema.numbers, value)) return;
  throw new SchemaMismatch(path, `a name of ${schema.name}`, value);
}

function checkCollection(schema: CollectionType<unknown>, value: unknown, path: string): void {
  const fits = schema.kind === 'list' ? Array.isArray(value) : value instanceof Set;
  if (!fits) throw new SchemaMismatch(path, `a ${schema.kind}`, value);
  let index = 0;
  for (const element of value as Iterable<unknown>)
    checkValue(schema.element, element, `${path}[${index++}]`);
}

function checkMap(schema: MapType<unknown>, value: unknown, path: string): void {
  if (!(value instanceof Map)) throw new SchemaMismatch(path, 'a Map', value);
  for (const [key, member] of value) {
    checkValue(schema.key, key, `${path} key`);
    checkValue(schema.value, member, `${path}[${describe(key)}]`);
  }
}

const BIG64_LIMIT = 2n ** 63n;

const PRIMITIVES: Record<PrimitiveKind, { expected: string; fits: (value: unknown) => boolean }> = {
  bool: { expected: 'a boolean', fits: (value) => typeof value === 'boolean' },
  i8: integer(8),
  i16: integer(16),
  i32: integer(32),
  i64: { expected: 'an integer within 2^53', fits: Number.isSafeInteger },
  big64: {
    expected: 'a signed 64-bit bigint',
    fits: (value) => typeof value === 'bigint' && value >= -BIG64_LIMIT && value < BIG64_LIMIT,
  },
  double: { expected: 'a number', fits: (value) => typeof value === 'number' },
  string: { expected: 'a string', fits: (value) => typeof value === 'string' },
  server_text: { expected: 'a string', fits: (value) => typeof value === 'string' },
  blob: { expected: 'bytes', fits: (value) => value instanceof Uint8Array },
  error_code: { expected: 'an error code', fits: (value) => typeof value === 'string' && isErrorCode(value) },
  task_code: { expected: 'a task code', fits: (value) => typeof value === 'string' },
  gpid: { expected: 'a gpid', fits: isGpid },
  rpc_address: { expected: "'' or ipv4:port", fits: matches(/^$|^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/) },
  host_port: { expected: "'' or host:port", fits: matches(/^$|^[^\s:]+:\d{1,5}$/) },
};

function checkPrimitive(kind: PrimitiveKind, value: unknown, path: string): void {
  const { expected, fits } = PRIMITIVES[kind];
  if (!fits(value)) throw new SchemaMismatch(path, expected, value);
}

function integer(bits: number) {
  const limit = 2 ** (bits - 1);
  return {
    expected: `a signed ${bits}-bit integer`,
    fits: (value: unknown) => Number.isInteger(value) && -limit <= Number(value) && Number(value) < limit,
  };
}

function matches(pattern: RegExp) {
  return (value: unknown) => typeof value === 'string' && pattern.test(value);
}

function isGpid(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    Number.isInteger(value.app_id) &&
    Number.isInteger(value.partition_index)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isRecord(value)) return value.constructor?.name ?? 'Object';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
