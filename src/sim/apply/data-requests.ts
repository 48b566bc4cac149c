import { ScanError } from '../../rpc/client/replica/scanner.ts';
import type { CheckedOutcome, Outcome, Table } from '../../rpc/client/replica/table.ts';
import { recordsText } from '../effects.ts';
import { bytes, text } from '../names.ts';
import type { Check, DataOperation } from '../operation.ts';

/** What came of a request: the client's error code, 0 where it was done, the reply, and in words what it says then. */
interface Told {
  readonly code: number;
  readonly reply?: unknown;
  readonly words: string;
}

type Kind = DataOperation['kind'];
/** The operations of a kind, of the members of a union that may name several. */
type Of<K, O = DataOperation> = O extends { readonly kind: infer L } ? (K extends L ? O : never) : never;
type Requests = {
  readonly [K in Kind]: (table: Table, operation: Of<K>) => Promise<Told | undefined>;
};

/** Does a data operation as a client does it, and tells it in the words of `effectOf`; undefined where nothing is known. */
export function request(table: Table, operation: DataOperation): Promise<Told | undefined> {
  return REQUESTS[operation.kind](table, operation as never);
}

const REQUESTS: Requests = {
  set: async (table, { hashKey, sortKey, value, ttl }) =>
    told(await table.set(bytes(hashKey), bytes(sortKey), bytes(value), ttl), () => 'ok'),
  del: async (table, { hashKey, sortKey }) =>
    told(await table.del(bytes(hashKey), bytes(sortKey)), () => 'ok'),
  multi_set: async (table, { hashKey, sortKeys, value, ttl = 0 }) => {
    const pairs = sortKeys.map((sortKey) => ({ sortKey: bytes(sortKey), value: bytes(value) }));
    return told(await table.multiSet(bytes(hashKey), pairs, ttl), () => 'ok');
  },
  multi_del: async (table, { hashKey, sortKeys }) =>
    told(await table.multiDel(bytes(hashKey), sortKeys.map(bytes)), () => 'ok'),
  incr: async (table, { hashKey, sortKey, by, ttl = 0 }) =>
    told(await table.incr(bytes(hashKey), bytes(sortKey), BigInt(by), ttl), (reply) => `${reply.new_value}`),
  check_and_set: async (table, { hashKey, check, sortKey, value, ttl: ttlSeconds = 0 }) => {
    const set = { sortKey: bytes(sortKey), value: bytes(value), ttlSeconds };
    return passed(await table.checkAndSet(bytes(hashKey), asked(check), set));
  },
  check_and_mutate: async (table, { hashKey, check, removed, sortKey, value }) => {
    const mutations = [{ remove: bytes(removed) }, { put: bytes(sortKey), value: bytes(value) }];
    return passed(await table.checkAndMutate(bytes(hashKey), asked(check), mutations));
  },
  get: async (table, { hashKey, sortKey }) =>
    told(await table.get(bytes(hashKey), bytes(sortKey)), ({ value }) => text(value ?? bytes(''))),
  ttl: async (table, { hashKey, sortKey }) =>
    told(await table.ttl(bytes(hashKey), bytes(sortKey)), (reply) => `${reply.ttl_seconds}`),
  multi_get: async (table, { hashKey }) => {
    const outcome = await table.multiGet(bytes(hashKey));
    // A hash key without records is one that holds none.
    if (outcome.error.code === -1001) return { code: 0, words: '' };
    return told(outcome, ({ kvs = [] }) =>
      recordsText(kvs.map(({ key, value }) => [text(key), text(value)])),
    );
  },
  sortkey_count: async (table, { hashKey }) =>
    told(await table.sortkeyCount(bytes(hashKey)), (reply) => `${reply.count}`),
  hash_scan: async (table, { hashKey }) => {
    const records: [string, string][] = [];
    try {
      for await (const { sortKey, value } of table.hashScan(bytes(hashKey)))
        records.push([text(sortKey), text(value)]);
    } catch (error) {
      if (error instanceof ScanError) return undefined;
      throw error;
    }
    return { code: 0, words: recordsText(records) };
  },
};

function asked({ sortKey, type, operand }: Check) {
  return { sortKey: bytes(sortKey), type, operand: bytes(operand) };
}

function told<R>({ error: { code }, reply }: Outcome<R>, wordsOf: (reply: R) => string): Told {
  return { code, reply, words: reply === undefined ? '' : wordsOf(reply) };
}

function passed<R>(outcome: CheckedOutcome<R>): Told {
  return told(outcome, () => (outcome.passed ? 'passed' : 'failed'));
}
