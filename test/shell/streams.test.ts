import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { memoryHost } from '../../src/host/memory-fs.ts';
import { Answer } from '../../src/shell/answer.ts';
import { type Captured, Disposable } from '../../src/shell/disposable.ts';

let workspace: Disposable;

beforeAll(async () => {
  workspace = new Disposable({ workingDirectory: '.' });
  await workspace.invoke(['create', 'table', 't', '-p', '4']);
  await workspace.invoke(['-c', 'use t; set a 1 "x\\ty"; set b 2 z; set a 3 z']);
});

afterAll(() => workspace.dispose());

const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

test('scans are a line of JSON for each row', async () => {
  const { stdout, exitCode } = await workspace.invoke(['--json', '-c', 'use t; full_scan']);
  const [, ...rows] = lines(stdout.replace(/^\{[^}]*\n\}\n/, '0\n'));
  expect(rows).toEqual(
    expect.arrayContaining([
      { hash_key: 'a', sort_key: '1', value: 'x\ty' },
      { hash_key: 'a', sort_key: '3', value: 'z' },
      { hash_key: 'b', sort_key: '2', value: 'z' },
    ]),
  );
  expect(rows).toHaveLength(3);
  expect(exitCode).toBe(0);
});

test('as many as are asked for, without values where they are not', async () => {
  await workspace.runLine('use t');
  const { stdout } = await workspace.runLine('--json hash_scan a "" "" -n 1 -i');
  expect(lines(stdout)).toEqual([{ hash_key: 'a', sort_key: '1' }]);
});

test('what goes wrong is a line too, and the exit code', async () => {
  await workspace.runLine('use t');
  const { stdout, exitCode } = await workspace.runLine('--json full_scan -p 9');
  expect(lines(stdout)).toEqual([
    { error: { message: 'partition 9 out of range, should be in range of [0,3]' } },
  ]);
  expect(exitCode).toBe(1);
});

test('a script looks at the whole of it', async () => {
  const script = 'use t; full_scan; expect count $.rows[*] == 3; expect count $.errors[*] == 0';
  expect(await workspace.invoke(['-c', script])).toMatchObject({ exitCode: 0, stderr: '' });
});

test('text comes in parts as well: nothing more is read once its reader has gone', async () => {
  const gone = new Disposable({ workingDirectory: '.', readerGone: AbortSignal.abort() });
  const script = 'create table t -p 4; use t; set a 1 x; full_scan';
  const { stdout, exitCode } = await gone.invoke(['--dialect', 'cpp-shell', '-c', script]);
  expect(stdout).toMatch(/no_value: false\n\n$/);
  expect(exitCode).toBe(0);
  gone.dispose();
});

describe('a reader who is far behind', () => {
  const SCAN = ['--dialect', 'cpp-shell', '-c', 'use t; full_scan'];

  /** A table, and somebody who does not read what is told of it until `untilRead` says so. */
  async function slowlyRead(untilRead: () => Promise<void> | undefined) {
    const place = { directory: '/w', host: memoryHost(() => 0) };
    const before = new Disposable({ workingDirectory: '.', place });
    await before.invoke(['--dialect', 'cpp-shell', '-c', 'create t -p 4; use t; set a 1 x; set b 2 y']);
    before.dispose();
    return { place, slow: new Disposable({ workingDirectory: '.', place, untilRead }) };
  }

  test('is waited for, while others use the workspace', async () => {
    let waits = 0;
    const { place, slow } = await slowlyRead(() => {
      waits += 1;
      return waits > 1 ? undefined : usedByAnother();
    });
    async function usedByAnother() {
      const other = new Disposable({ workingDirectory: '.', place });
      used = await other.invoke(['cluster', 'list']);
      other.dispose();
    }
    let used: Captured | undefined;
    expect((await slow.invoke(SCAN)).stdout).toContain('2 key-value pairs got.');
    expect(used).toMatchObject({ exitCode: 0 });
    slow.dispose();
  });

  test.each([0, 3600])(
    'is not waited for after Ctrl-C, with %i s between two looks at the clock',
    async (seconds) => {
      let now = 0;
      const clock = vi.spyOn(process, 'hrtime').mockImplementation(() => {
        now += seconds;
        return [now, 0];
      });
      const { slow } = await slowlyRead(() => {
        setImmediate(() => slow.interrupt());
        return new Promise(() => {});
      });
      expect(await slow.runLine('use t')).toMatchObject({ exitCode: 130 });
      slow.dispose();
      clock.mockRestore();
    },
  );
});

test('what changes something is not left half done because nobody reads on', async () => {
  const gone = new Disposable({ workingDirectory: '.', readerGone: AbortSignal.abort() });
  await gone.invoke(['--dialect', 'cpp-shell', '-c', 'create t -p 4; use t; set a 1 x; clear_data -f']);
  const { data } = await gone.clients();
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect((await data.table('t').get(bytes('a'), bytes('1'))).error.text).toBe('not found');
  gone.dispose();
});

test('a script looks at what progress came to', async () => {
  const script =
    'use t; count_data -c; expect $.total == 3; count_data -c -p 9; expect $.error.code == ERR_INVALID_PARAMETERS';
  expect(await workspace.invoke(['--keep-going', '-c', script])).toMatchObject({
    stderr: expect.not.stringContaining('expect'),
  });
});

test('an answer that is too long to be kept cannot be looked at', () => {
  const answer = new Answer();
  answer.add('x'.repeat(2 ** 24));
  expect(answer.text).toHaveLength(2 ** 24);
  answer.add('x');
  expect(() => answer.text).toThrow('the answer was longer than 16 MiB: it was not kept to be looked at');
});
