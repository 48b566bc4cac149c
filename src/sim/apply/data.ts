import { ScanError } from '../../rpc/client/replica/scanner.ts';
import type { Outcome } from '../../rpc/client/replica/table.ts';
import { effectOf, recordsText } from '../effects.ts';
import { bytes, text } from '../names.ts';
import type { DataOperation } from '../operation.ts';
import { type KnownTable, Violation, type World } from '../world.ts';

/** What came of a data operation: an answer, or nothing that can be relied on. */
interface Answer {
  readonly reply: string | undefined;
  /** It was refused at once, before anything was done. */
  readonly isRefused: boolean;
}

const READS = new Set(['get', 'ttl', 'multi_get', 'hash_scan', 'sortkey_count']);

/** What a duplication ships only of tables whose atomic operations are idempotent, and others refuse. */
const ATOMIC = new Set(['incr', 'check_and_set', 'check_and_mutate']);

/** Refusals that upstream's client does not try again; below the first pause between two attempts nothing was tried. */
const FINAL = new Set([-5, -6, -101, -105, -107]);
const FIRST_PAUSE_MS = 8;

/** Does a data operation, and holds the answer against what the key may hold. */
export async function applyData(world: World, operation: DataOperation): Promise<void> {
  const { cluster, table: name, hashKey, kind } = operation;
  const table = world.table(cluster, name);
  if (table === undefined) return;
  const from = world.seconds;
  const expires = kind === 'set' && operation.ttl > 0 ? from + operation.ttl : 0;
  const { reply, isRefused } = await ask(world, operation);
  const history = world.history(table, hashKey);
  const effect = effectOf(operation, expires);
  const span = { from, to: world.seconds };
  if (!isRefused && ATOMIC.has(kind) && mayTakeWhatIsNotShipped(world, table))
    world.divergenceOf(table, hashKey).mayShipLess();
  if (reply !== undefined) {
    if (history.answered(effect, reply, span)) return;
    throw new Violation(
      `${cluster} ${name} ${hashKey}: ${kind} answered '${reply}', the key can only hold ${history.describe()}`,
    );
  }
  if (!isRefused && !READS.has(kind)) history.unansweredYet(effect, span);
}

/** With D11 a replica that is opened does not know of its duplications before its next config sync. */
function mayTakeWhatIsNotShipped(world: World, { cluster, appId }: KnownTable): boolean {
  const { plan, duplications, wereNotIdempotent } = world;
  const isRepaired = plan.clusters.find(({ name }) => name === cluster)?.repairs?.includes('D11');
  if (isRepaired === true || !wereNotIdempotent.has(`${cluster}/${appId}`)) return false;
  return duplications.some((one) => one.cluster === cluster && one.appId === appId);
}

async function ask(world: World, operation: DataOperation): Promise<Answer> {
  const started = world.nowMs;
  const reply = (outcome: Outcome<unknown>, answer: () => string): Answer => {
    const { code } = outcome.error;
    const isTooSoonForTwo = world.nowMs - started < FIRST_PAUSE_MS;
    if (world.hasAbnormalDisks && isEmpty(outcome.reply))
      return { reply: undefined, isRefused: isTooSoonForTwo };
    if (code === 0) return { reply: answer(), isRefused: false };
    if (code === -1001) return { reply: 'not found', isRefused: false };
    if (code === -1004) return { reply: 'invalid argument', isRefused: false };
    return { reply: undefined, isRefused: FINAL.has(code) && isTooSoonForTwo };
  };
  const table = world.of(operation.cluster).data.table(operation.table);
  const hashKey = bytes(operation.hashKey);
  switch (operation.kind) {
    case 'set': {
      const { sortKey, value, ttl } = operation;
      return reply(await table.set(hashKey, bytes(sortKey), bytes(value), ttl), () => 'ok');
    }
    case 'del':
      return reply(await table.del(hashKey, bytes(operation.sortKey)), () => 'ok');
    case 'multi_set': {
      const value = bytes(operation.value);
      const pairs = operation.sortKeys.map((sortKey) => ({ sortKey: bytes(sortKey), value }));
      return reply(await table.multiSet(hashKey, pairs), () => 'ok');
    }
    case 'multi_del':
      return reply(await table.multiDel(hashKey, operation.sortKeys.map(bytes)), () => 'ok');
    case 'incr': {
      const outcome = await table.incr(hashKey, bytes(operation.sortKey), BigInt(operation.by));
      return reply(outcome, () => `${outcome.reply?.new_value}`);
    }
    case 'check_and_set': {
      const { sortKey, expected, value } = operation;
      const check =
        expected === undefined
          ? ({ sortKey: bytes(sortKey), type: 'CT_VALUE_NOT_EXIST' } as const)
          : ({ sortKey: bytes(sortKey), type: 'CT_VALUE_BYTES_EQUAL', operand: bytes(expected) } as const);
      const set = { sortKey: bytes(sortKey), value: bytes(value) };
      const outcome = await table.checkAndSet(hashKey, check, set);
      return reply(outcome, () => (outcome.passed ? 'passed' : 'failed'));
    }
    case 'check_and_mutate': {
      const { sortKey, removed, value } = operation;
      const outcome = await table.checkAndMutate(
        hashKey,
        { sortKey: bytes(sortKey), type: 'CT_VALUE_EXIST' },
        [{ remove: bytes(removed) }, { put: bytes(sortKey), value: bytes(value) }],
      );
      return reply(outcome, () => (outcome.passed ? 'passed' : 'failed'));
    }
    case 'get': {
      const outcome = await table.get(hashKey, bytes(operation.sortKey));
      return reply(outcome, () => text(outcome.reply?.value ?? bytes('')));
    }
    case 'ttl': {
      const outcome = await table.ttl(hashKey, bytes(operation.sortKey));
      return reply(outcome, () => `${outcome.reply?.ttl_seconds}`);
    }
    case 'multi_get': {
      const outcome = await table.multiGet(hashKey);
      if (outcome.error.code === -1001) return { reply: '', isRefused: false };
      return reply(outcome, () =>
        recordsText((outcome.reply?.kvs ?? []).map(({ key, value }) => [text(key), text(value)])),
      );
    }
    case 'sortkey_count': {
      const outcome = await table.sortkeyCount(hashKey);
      return reply(outcome, () => `${outcome.reply?.count}`);
    }
    case 'hash_scan':
      return scan(world, operation);
  }
}

/** Whether an answer comes from no server: that of a write that was not done because a secondary's disk is abnormal. */
function isEmpty(reply: unknown): boolean {
  return reply !== undefined && (reply as { readonly server: string }).server === '';
}

async function scan(world: World, { cluster, table, hashKey }: DataOperation): Promise<Answer> {
  const records: [string, string][] = [];
  try {
    for await (const record of world.of(cluster).data.table(table).hashScan(bytes(hashKey))) {
      records.push([text(record.sortKey), text(record.value)]);
    }
    return { reply: recordsText(records), isRefused: false };
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return { reply: undefined, isRefused: false };
  }
}
