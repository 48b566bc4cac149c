import { type ClientError, INCOMPLETE } from '../../../rpc/client/replica/errors.ts';
import { compareKeys } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { Show } from './operation.ts';

/** Something came back, all of it or a part. */
export function isFetched({ code }: ClientError): boolean {
  return code === 0 || code === INCOMPLETE.code;
}

/** @param what `key-value pairs`, `sort keys` */
export function fetched(count: number, what: string, { code }: ClientError): string {
  return `${count} ${what} got, fetch ${code === INCOMPLETE.code ? 'not ' : ''}completed.\n`;
}

/** The pairs of one hash key, by sort key, whatever the order they came in. */
export function pairLines(
  hashKey: Uint8Array,
  kvs: readonly KeyValue[],
  show: Show,
  noValue = false,
): string {
  const lines = sorted(kvs).map(({ key, value }) => {
    return `${show(hashKey)} : ${show(key)}${noValue ? '' : ` => ${show(value)}`}\n`;
  });
  return lines.join('');
}

export function sorted(kvs: readonly KeyValue[]): KeyValue[] {
  return [...kvs].sort((a, b) => compareKeys(a.key, b.key));
}
