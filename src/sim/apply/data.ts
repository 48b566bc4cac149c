import { effectOf, READS } from '../effects.ts';
import { type Effect, type Span, secondsOf } from '../key-history.ts';
import type { DataOperation } from '../operation.ts';
import { type KnownTable, Violation, type World } from '../world.ts';
import { request } from './data-requests.ts';
import { defaultTtlsOf } from './envs.ts';
import { denies, leaderOf, steadyEnv } from './known-envs.ts';

/** What came of a data operation: an answer, or nothing that can be relied on. */
interface Answer {
  readonly reply: string | undefined;
  /** It was refused at once, before anything was done. */
  readonly isRefused: boolean;
}

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
  const before = await leaderOf(world, table, hashKey);
  const { reply, isRefused } = await ask(world, operation);
  const after = await leaderOf(world, table, hashKey);
  if (denies(steadyEnv(before, after, 'replica.deny_client_request'), operation)) {
    if (reply === undefined) return;
    throw new Violation(
      `${cluster} ${name} ${hashKey}: ${kind} is denied by ${after?.id}, and answered '${reply}'`,
    );
  }
  const history = world.history(table, hashKey);
  const span = { from, to: world.seconds };
  const ttl = steadyEnv(before, after, 'default_ttl');
  const effects = effectsOf(
    operation,
    span,
    ttl === undefined ? defaultTtlsOf(world, table) : new Set([Number(ttl)]),
  );
  if (!isRefused && ATOMIC.has(kind) && mayTakeWhatIsNotShipped(world, table))
    world.divergenceOf(table, hashKey).mayShipLess();
  if (reply !== undefined) {
    if (history.answered(effects, reply, span)) return;
    throw new Violation(
      `${cluster} ${name} ${hashKey}: ${kind} answered '${reply}', the key can only hold ${history.describe()}`,
    );
  }
  if (!isRefused && !READS.has(kind)) history.unansweredYet(effects, span);
}

/** Longer than that no client waits for its answer. */
const LONGEST_WAIT_SECONDS = 6;

/** The process died over it: whether it was done nobody knows. */
export function noteUnanswered(world: World, operation: DataOperation, from: number): void {
  const { cluster, table: name, hashKey, kind } = operation;
  const table = world.table(cluster, name);
  if (table === undefined || READS.has(kind)) return;
  const span = { from, to: from + LONGEST_WAIT_SECONDS };
  if (ATOMIC.has(kind)) world.divergenceOf(table, hashKey).mayShipLess();
  world.history(table, hashKey).unansweredYet(effectsOf(operation, span, defaultTtlsOf(world, table)), span);
}

/** A write that gives no time to live may be given one of these at any second, by the one who leads. */
function effectsOf(operation: DataOperation, { from, to }: Span, defaults: ReadonlySet<number>): Effect[] {
  const { ttl: given = 0 } = operation as { ttl?: number };
  const expires = given > 0 ? from + given : 0;
  if (READS.has(operation.kind)) return [effectOf(operation, 0)];
  return [...defaults].flatMap((ttl) =>
    ttl === 0
      ? [effectOf(operation, expires)]
      : secondsOf({ from, to }).map((at) => effectOf(operation, expires, at + ttl)),
  );
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
  const table = world.of(operation.cluster).data.table(operation.table);
  const told = await request(table, operation);
  if (told === undefined) return { reply: undefined, isRefused: false };
  const { code, reply, words } = told;
  const isTooSoonForTwo = world.nowMs - started < FIRST_PAUSE_MS;
  if (world.hasAbnormalDisks && isEmpty(reply)) return { reply: undefined, isRefused: isTooSoonForTwo };
  if (code === 0) return { reply: words, isRefused: false };
  if (code === -1001) return { reply: 'not found', isRefused: false };
  if (code === -1004) return { reply: 'invalid argument', isRefused: false };
  return { reply: undefined, isRefused: FINAL.has(code) && isTooSoonForTwo };
}

/** Whether an answer comes from no server: that of a write that was not done because a secondary's disk is abnormal. */
function isEmpty(reply: unknown): boolean {
  return reply !== undefined && (reply as { readonly server: string }).server === '';
}
