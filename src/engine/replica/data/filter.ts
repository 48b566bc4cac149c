import { FilterType } from '../../../rpc/idl/rrdb.ts';

const MATCHES: Record<FilterType, (bytes: Uint8Array, pattern: Uint8Array) => boolean> = {
  FT_NO_FILTER: () => true,
  FT_MATCH_ANYWHERE: contains,
  FT_MATCH_PREFIX: startsWith,
  FT_MATCH_POSTFIX: endsWith,
};

/** An empty pattern matches everything (`validate_filter` of `pegasus_server_impl.cpp`). */
export function matchesFilter(type: FilterType, pattern: Uint8Array, bytes: Uint8Array): boolean {
  return MATCHES[type](bytes, pattern);
}

/** A type number of the wire that has no name here is refused by the server. */
export function isFilterType(type: string): type is FilterType {
  return Object.hasOwn(FilterType.numbers, type);
}

export function contains(bytes: Uint8Array, pattern: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(pattern) >= 0;
}

export function startsWith(bytes: Uint8Array, pattern: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, pattern.length), pattern) === 0;
}

export function endsWith(bytes: Uint8Array, pattern: Uint8Array): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - pattern.length));
  return Buffer.compare(tail, pattern) === 0;
}
