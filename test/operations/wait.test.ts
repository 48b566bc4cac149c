import { expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { type Seen, waitFor } from '../../src/operations/wait.ts';
import { RpcError } from '../../src/rpc/client/meta/index.ts';

/** A clock that moves when somebody sleeps. */
function fakeTime() {
  let now = 5000;
  return {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
}

const never = new AbortController().signal;

function looks(...seen: (Seen | Error)[]): () => Promise<Seen> {
  let at = 0;
  return async () => {
    const next = seen[Math.min(at++, seen.length - 1)];
    if (next instanceof Error) throw next;
    return next as Seen;
  };
}

const not = { done: false, text: 'not yet' };
const yes = { done: true, text: 'there' };

test('what is there already needs no time', async () => {
  expect(await waitFor(looks(yes), fakeTime(), 0, never)).toEqual({ ...yes, waited_ms: 0 });
});

test('it looks once a second', async () => {
  expect(await waitFor(looks(not, not, yes), fakeTime(), 60_000, never)).toEqual({ ...yes, waited_ms: 2000 });
});

test('when the time is over, what was seen last is told; the last look is at the end', async () => {
  const report = await waitFor(looks(not, { done: false, text: 'nearly' }), fakeTime(), 1500, never);
  expect(report).toEqual({ done: false, text: 'nearly', waited_ms: 1500 });
});

test('a call without a reply is waited out', async () => {
  const look = looks(new RpcError('ERR_TIMEOUT', 'RPC_CM_LIST_APPS'), yes);
  expect(await waitFor(look, fakeTime(), 60_000, never)).toMatchObject({ done: true });
  const always = await waitFor(
    looks(new RpcError('ERR_TIMEOUT', 'RPC_CM_LIST_APPS')),
    fakeTime(),
    1000,
    never,
  );
  expect(always).toMatchObject({ done: false, text: 'no reply: RPC_CM_LIST_APPS: ERR_TIMEOUT' });
});

test('any other failure ends it', async () => {
  await expect(waitFor(looks(new TypeError('no')), fakeTime(), 1000, never)).rejects.toThrow(TypeError);
});

test('Ctrl-C ends it', async () => {
  await expect(waitFor(looks(not), fakeTime(), 1000, AbortSignal.abort())).rejects.toThrow(Interrupted);
});
