import { afterEach, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';
import { watch } from '../../src/shell/watch.ts';

let workspace: Disposable | undefined;
afterEach(() => workspace?.dispose());

/** Somebody who watches, changes something in between, and has seen enough after so many pauses. */
function watcher(pauses: number, between: () => void = () => {}) {
  let left = pauses;
  return async (): Promise<boolean> => {
    between();
    left -= 1;
    return left > 0;
  };
}

/** A terminal that somebody can draw wider. */
function resizable(columns: number, rows: number) {
  const listeners = new Set<() => void>();
  return {
    listeners,
    size: { columns, rows },
    onResize(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resize(to: { columns: number; rows: number }) {
      this.size = to;
      for (const listener of listeners) listener();
    },
  };
}

function terminal(isScreen: boolean, screen = resizable(30, 8)) {
  let written = '';
  return {
    written: () => written,
    terminal: {
      stdout: {
        write(text: string | Uint8Array) {
          written += String(text);
        },
      },
      stderr: { write: () => {} },
      interactive: isScreen,
      color: false,
      width: 40,
      screen: isScreen ? screen : undefined,
    },
  };
}

function looks(...texts: string[]) {
  let at = 0;
  return async () => ({ text: texts[at++]!, reply: { look: at }, nowMs: at * 1000 });
}

const COMMON = { title: 'node list', seconds: 2, json: false };

test('off a terminal every look is shown whole, below its time', async () => {
  const { terminal: to, written } = terminal(false);
  await watch({ ...COMMON, terminal: to, look: looks('a\nb\n', 'a\nc\n'), pause: watcher(2) });
  expect(written()).toBe('--- 1970-01-01 00:00:01 UTC\na\nb\n--- 1970-01-01 00:00:02 UTC\na\nc\n');
});

test('as JSON every look is a line', async () => {
  const { terminal: to, written } = terminal(true);
  await watch({ ...COMMON, json: true, terminal: to, look: looks('a', 'b'), pause: watcher(2) });
  expect(written()).toBe('{"look":1}\n{"look":2}\n');
});

test('on a terminal what has changed is marked, what went is shown once, and nothing is too long', async () => {
  const { terminal: to, written } = terminal(true);
  const look = looks('n1 up\nn2 up\nn3 up\n', `n1 up\nn2 down ${'x'.repeat(40)}\n`, '1\n2\n3\n4\n5\n6\n7\n');
  await watch({ ...COMMON, terminal: to, look, pause: watcher(3) });
  const screens = written()
    .split('\x1b[H')
    .slice(1)
    .map((screen) => screen.replaceAll('\x1b[K', ''));
  expect(screens[0]).toBe('node list  every 2s  1970-01-0\n\n  n1 up\n  n2 up\n  n3 up\n\x1b[J');
  expect(screens[1]).toContain('\n  n1 up\n+ n2 down xxxxxxxxxxxxxxxxxxxx\n- n3 up\n');
  expect(screens[2]!.split('\n')).toHaveLength(8);
  expect(screens[2]).toContain('\n… 5 lines more\n');
});

test('what lists can be watched, by its name or before it, while others change it; nothing else', async () => {
  const stop = new AbortController();
  let pauses = 0;
  workspace = new Disposable({
    workingDirectory: '.',
    readerGone: stop.signal,
    async sleep(ms) {
      expect(ms).toBe(500);
      pauses += 1;
      if (pauses === 2) stop.abort();
    },
  });
  const { stdout, exitCode } = await workspace.invoke(['node', 'list', '--json', '--watch', '0.5']);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).length),
  ).toEqual([6, 6]);
  expect(exitCode).toBe(0);
  expect((await workspace.invoke(['--watch=0.5', 'ls'])).exitCode).toBe(0);
  expect(await workspace.invoke(['--watch', 'drop', 't'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('drop cannot be watched'),
  });
  const change = 'cluster config onebox replication.dup_max_allowed_write_size 1'.split(' ');
  expect(await workspace.invoke(['--watch', ...change])).toMatchObject({ exitCode: 2 });
  expect(await workspace.invoke(['--watch=often', 'ls'])).toMatchObject({ exitCode: 2 });
});

test.each([
  'cluster config onebox',
  'cluster-info',
  'disk-capacity -n 127.0.0.1:34801',
  'disk-replica -n 127.0.0.1:34801',
  'fault list',
  'full_scan',
  'get a b',
  'get_app_envs',
  'get_atomic_idempotent t',
  'get_meta_level',
  'get_replica_count t',
  'meta-level',
  'multi_get a',
  'server-info',
  'snapshot list',
  'server_info',
  'table-env list',
  'table-partitions',
])('%s', async (line) => {
  const stop = new AbortController();
  workspace = new Disposable({
    workingDirectory: '.',
    readerGone: stop.signal,
    sleep: async () => stop.abort(),
  });
  await workspace.runLine('create table t -p 4');
  await workspace.runLine('use t');
  await workspace.runLine('set a b c');
  const once = await workspace.runLine(line);
  const watched = await workspace.runLine(`--watch=1 ${line}`);
  expect(watched.exitCode).toBe(0);
  expect(watched.stdout).toContain(once.stdout);
});

test('another size is painted at once, and no more after the end', async () => {
  const screen = resizable(10, 8);
  const { terminal: to, written } = terminal(true, screen);
  const pause = watcher(1, () => screen.resize({ columns: 40, rows: 8 }));
  await watch({ ...COMMON, terminal: to, look: looks('a line of text\n'), pause });
  expect(
    written()
      .split('\x1b[H')
      .slice(1)
      .map((frame) => /a line.*?(?=\x1b)/.exec(frame)?.[0]),
  ).toEqual(['a line o', 'a line of text']);
  expect(screen.listeners.size).toBe(0);
});
