/**
 * The schema language of the RPC interface: one value per thrift type.
 *
 * TypeScript types are inferred from it, the local transport checks values against it, and the wire codec
 * reads and writes bytes by it. Enums and error codes are their upstream names (`'DS_PREPARE'`, `'ERR_OK'`),
 * keys and values of user data are bytes, addresses are `host:port` texts (empty = invalid).
 */
export type Type<T> = Primitive<T> | EnumType<T> | CollectionType<T> | MapType<T> | StructType<T>;

interface Typed<T> {
  /** Only for inference: never set. */
  readonly as?: T;
}

export type PrimitiveKind =
  | 'bool'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'big64'
  | 'double'
  | 'string'
  | 'server_text'
  | 'blob'
  | 'error_code'
  | 'task_code'
  | 'gpid'
  | 'rpc_address'
  | 'host_port';

export interface Primitive<T> extends Typed<T> {
  readonly kind: PrimitiveKind;
}

export interface EnumType<T> extends Typed<T> {
  readonly kind: 'enum';
  readonly name: string;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface CollectionType<T> extends Typed<T> {
  readonly kind: 'list' | 'set';
  readonly element: Type<unknown>;
}

export interface MapType<T> extends Typed<T> {
  readonly kind: 'map';
  readonly key: Type<unknown>;
  readonly value: Type<unknown>;
}

export interface Field {
  readonly id: number;
  readonly type: Type<unknown>;
  readonly optional: boolean;
  /** What a reader takes a missing one for, where that is not zero. */
  readonly missing?: unknown;
}

export interface StructType<T> extends Typed<T> {
  readonly kind: 'struct';
  readonly name: string;
  /** Stands for thrift's own wrapper: on the wire its one field is where a message's struct is elsewhere. */
  readonly isWrapper: boolean;
  readonly fields: Readonly<Record<string, Field>>;
}

/** The value type that a schema describes. */
export type Infer<S> = S extends Typed<infer T> ? T : never;

/** Identity of a partition: printed `<app_id>.<partition_index>`. */
export interface Gpid {
  readonly app_id: number;
  readonly partition_index: number;
}

export const bool: Primitive<boolean> = { kind: 'bool' };
export const i8: Primitive<number> = { kind: 'i8' };
export const i16: Primitive<number> = { kind: 'i16' };
export const i32: Primitive<number> = { kind: 'i32' };
/** A 64-bit integer that stays within 2^53: decrees, ballots, times, sizes. */
export const i64: Primitive<number> = { kind: 'i64' };
/** A 64-bit integer that uses all its bits: scan contexts, operands of `incr`. */
export const big64: Primitive<bigint> = { kind: 'big64' };
export const double: Primitive<number> = { kind: 'double' };
export const string: Primitive<string> = { kind: 'string' };
/** A text in which a server may name itself or others. */
export const serverText: Primitive<string> = { kind: 'server_text' };
export const blob: Primitive<Uint8Array> = { kind: 'blob' };
export const errorCode: Primitive<string> = { kind: 'error_code' };
export const taskCode: Primitive<string> = { kind: 'task_code' };
export const gpid: Primitive<Gpid> = { kind: 'gpid' };
export const rpcAddress: Primitive<string> = { kind: 'rpc_address' };
export const hostPort: Primitive<string> = { kind: 'host_port' };

export function list<T>(element: Type<T>): CollectionType<T[]> {
  return { kind: 'list', element };
}

export function set<T>(element: Type<T>): CollectionType<Set<T>> {
  return { kind: 'set', element };
}

export function map<K, V>(key: Type<K>, value: Type<V>): MapType<Map<K, V>> {
  return { kind: 'map', key, value };
}

export function enumeration<const N extends Record<string, number>>(
  name: string,
  numbers: N,
): EnumType<keyof N & string> {
  return { kind: 'enum', name, numbers };
}

interface RequiredField<T> extends Field {
  readonly type: Type<T>;
  readonly optional: false;
}

interface OptionalField<T> extends Field {
  readonly type: Type<T>;
  readonly optional: true;
}

/**
 * A field that is always written.
 *
 * @param missing what a reader takes a missing one for, where that is not zero
 */
export function req<T>(id: number, type: Type<T>, missing?: T): RequiredField<T> {
  return missing === undefined ? { id, type, optional: false } : { id, type, optional: false, missing };
}

/** A thrift `optional` field: absent when unset. */
export function opt<T>(id: number, type: Type<T>): OptionalField<T> {
  return { id, type, optional: true };
}

type RequiredKeys<F> = { [K in keyof F]: F[K] extends { optional: true } ? never : K }[keyof F];
type OptionalKeys<F> = { [K in keyof F]: F[K] extends { optional: true } ? K : never }[keyof F];
type FieldValue<X> = X extends { type: Type<infer T> } ? T : never;
type StructValue<F> = { [K in RequiredKeys<F>]: FieldValue<F[K]> } & {
  [K in OptionalKeys<F>]?: FieldValue<F[K]>;
};
type Flatten<T> = { [K in keyof T]: T[K] };

class Struct<T> implements StructType<T> {
  readonly kind = 'struct';
  readonly name: string;
  readonly isWrapper: boolean;
  readonly #declare: () => Record<string, Field>;
  #fields: Record<string, Field> | undefined;

  constructor(name: string, declare: () => Record<string, Field>, isWrapper: boolean) {
    this.name = name;
    this.isWrapper = isWrapper;
    this.#declare = declare;
  }

  get fields(): Readonly<Record<string, Field>> {
    this.#fields ??= this.#declare();
    return this.#fields;
  }
}

/** @param fields are declared when somebody looks: a command that speaks to a workspace looks at none */
export function struct<F extends Record<string, Field>>(
  name: string,
  fields: () => F,
): StructType<Flatten<StructValue<F>>> {
  return new Struct(name, fields, false);
}

/** A message that is no struct of its own in the IDL: thrift's generated wrapper, with its one field. */
export function wrapper<F extends Record<string, Field>>(
  name: string,
  fields: () => F,
): StructType<Flatten<StructValue<F>>> {
  return new Struct(name, fields, true);
}
