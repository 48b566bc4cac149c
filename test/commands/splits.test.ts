import { expect, test } from 'vitest';
import type { Context } from '../../src/commands/command.ts';
import {
  type Failure,
  noTotals,
  type Processed,
  runSplits,
  SplitError,
  type SplitJob,
  type Tick,
} from '../../src/commands/cpp-shell/shared/splits.ts';
import { Interrupted } from '../../src/errors.ts';
import type { Scanner } from '../../src/rpc/client/replica/scanner.ts';

type Clock = Pick<Context['meta'], 'now' | 'sleep' | 'runsByItself'>;

test('work that is over at once is looked at after a second, also where the timer rings early', async () => {
  let now = 0;
  const meta = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms - 1;
    },
    runsByItself: () => false,
  };
  const { news } = await told(meta, [scanner(0)], { totals: noTotals(1), take: async () => {} });
  expect(news).toMatchObject([{ seconds: 1, splitsDone: 1 }]);
});

test('so many requests of each split are on their way at once, and no more', async () => {
  const requests = new Requests(2, 3);
  const clock = new TestClock();
  const running = told(clock, [scanner(5), scanner(2)], requests);
  await turn();
  expect(requests.onTheirWay).toEqual([3, 2]);
  requests.answer(0);
  await turn();
  expect(requests.onTheirWay).toEqual([3, 2]);
  clock.ring();
  await turn();
  requests.answerAll();
  await turn();
  requests.answerAll();
  await turn();
  clock.ring();
  const { news, processed } = await running;
  expect(news).toMatchObject([
    { seconds: 1, splitsDone: 0, rows: 1, lastSecondRows: 1, failed: false },
    { seconds: 2, splitsDone: 2, rows: 7, lastSecondRows: 6, failed: false },
  ]);
  expect(processed).toMatchObject({ splits: [{ rows: 5 }, { rows: 2 }], failures: [] });
});

test('of very many splits some begin when others are done', async () => {
  const splits = 1000;
  const requests = new Requests(splits, 1);
  const clock = new TestClock();
  const running = told(
    clock,
    Array.from({ length: splits }, () => scanner(1)),
    requests,
  );
  const busy = () => requests.onTheirWay.filter((count) => count > 0).length;
  await turn();
  expect(busy()).toBe(256);
  for (let left = splits; left > 0; left -= 256) {
    requests.answerAll();
    await turn();
  }
  clock.ring();
  const { news, processed } = await running;
  expect(news).toMatchObject([{ seconds: 1, splits, splitsDone: splits, rows: splits }]);
  expect(processed.splits.every(({ rows }) => rows === 1)).toBe(true);
});

test('where only calls move the time, a request is answered before the next is made', async () => {
  const requests = new Requests(2, 1);
  const running = told(STANDING, [scanner(2), scanner(1)], requests);
  for (const split of [0, 0, 1]) {
    await turn();
    expect(requests.onTheirWay).toEqual(split === 0 ? [1, 0] : [0, 1]);
    requests.answer(split);
  }
  expect((await running).processed.splits).toMatchObject([{ rows: 2 }, { rows: 1 }]);
});

test('after a failure nothing more is sent, and what is on its way is waited for', async () => {
  const requests = new Requests(2, 2);
  const clock = new TestClock();
  const running = told(clock, [scanner(9), scanner(9)], requests);
  await turn();
  requests.refuse(0);
  requests.refuse(0);
  await turn();
  clock.ring();
  await turn();
  requests.answer(1);
  await turn();
  expect(requests.onTheirWay).toEqual([0, 1]);
  requests.refuse(1);
  await turn();
  clock.ring();
  const { news, processed } = await running;
  expect(news).toMatchObject([
    { split: 0, text: 'async del failed: timeout' },
    { seconds: 1, splitsDone: 1, rows: 0, failed: true },
    { split: 1, text: 'async del failed: timeout' },
    { seconds: 2, splitsDone: 2, rows: 1, failed: true },
  ]);
  expect(processed.splits).toMatchObject([{ rows: 0 }, { rows: 1 }]);
});

test('what is no failure of a split ends it, without another look', async () => {
  const requests = new Requests(1, 2);
  const running = told(new TestClock(), [scanner(9)], requests);
  await turn();
  requests.refuse(0, new Interrupted());
  requests.answer(0);
  await expect(running).rejects.toBeInstanceOf(Interrupted);
  expect(requests.onTheirWay).toEqual([0]);
});

async function told(
  clock: Clock,
  scanners: readonly Scanner[],
  job: SplitJob,
): Promise<{ news: (Tick | Failure)[]; processed: Processed }> {
  const news: (Tick | Failure)[] = [];
  const run = runSplits({ meta: clock as Context['meta'] }, scanners, job);
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { news, processed: next.value };
    news.push(next.value);
  }
}

/** Only what is asked of it takes time: none. */
const STANDING: Clock = { now: () => 0, sleep: async () => {}, runsByItself: () => false };

/** Lets everything happen that waits for nobody. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A batch of so many rows. */
function scanner(rows: number): Scanner {
  const batches = async function* () {
    if (rows > 0) yield { kvs: Array.from({ length: rows }, () => ({})) };
  };
  return { batches } as unknown as Scanner;
}

/** Time that goes on when it is told to. */
class TestClock implements Clock {
  #now = 0;
  #sleeper: (() => void) | undefined;

  now = (): number => this.#now;
  runsByItself = (): boolean => true;
  sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.#sleeper = () => {
        this.#now += ms;
        resolve();
      };
    });

  ring(): void {
    this.#sleeper?.();
  }
}

interface Request {
  answer(): void;
  refuse(error: Error): void;
}

/** A request for each row, which waits until it is answered. */
class Requests implements SplitJob {
  readonly totals: SplitJob['totals'];
  readonly atOnce: number;
  readonly #waiting: Request[][];

  constructor(splits: number, atOnce: number) {
    this.totals = noTotals(splits);
    this.atOnce = atOnce;
    this.#waiting = this.totals.map(() => []);
  }

  async take(
    split: number,
    { kvs }: Parameters<SplitJob['take']>[1],
    flight: Parameters<SplitJob['take']>[2],
  ) {
    for (const _ of kvs) if (!(await flight.send(() => this.#send(split)))) return;
  }

  get onTheirWay(): number[] {
    return this.#waiting.map(({ length }) => length);
  }

  answer(split: number): void {
    this.#waiting[split]!.shift()!.answer();
  }

  answerAll(): void {
    for (const waiting of this.#waiting) for (const request of waiting.splice(0)) request.answer();
  }

  refuse(split: number, error: Error = new SplitError('async del failed: timeout')): void {
    this.#waiting[split]!.shift()!.refuse(error);
  }

  async #send(split: number): Promise<void> {
    await new Promise<void>((answer, refuse) => this.#waiting[split]!.push({ answer, refuse }));
    this.totals[split]!.rows += 1;
  }
}
