import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import {
  checkAndMutate,
  checkAndSet,
  incr,
  multiPut,
  multiRemove,
  put,
  remove,
} from '../../src/rpc/idl/methods.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';
import { EMPTY, type Mutation, type Update, update, writeLog } from '../support/log-files.ts';
import { blocksOf, fixture } from './support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pegsh-mlog-'));
let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(async () => {
  await workspace.dispose();
  rmSync(folder, { recursive: true });
});

const bytes = (text: string) => Buffer.from(text, 'latin1');
const key = (hash: string, sort: string) => encodeKey(bytes(hash), bytes(sort));
const EPOCH = '1970-01-01T00:00:00.000Z';

function mutation(ballot: number, decree: number, time: string, ...updates: Update[]): Mutation {
  return { ballot, decree, lastCommitted: decree - 1, timestampUs: Date.parse(time) * 1000, updates };
}

function multiRemoveOf(...sortKeys: string[]): Update {
  return update(multiRemove, { hash_key: bytes('h2'), sort_keys: sortKeys.map(bytes), max_count: 100 });
}

const CHECK = {
  hash_key: bytes(''),
  check_sort_key: bytes('ck'),
  check_type: 'CT_VALUE_NOT_EXIST',
  check_operand: bytes(''),
  set_diff_sort_key: true,
  set_sort_key: bytes('a'),
  set_value: bytes('b'),
  set_expire_ts_seconds: 0,
  return_check_value: true,
} as const;

/** What the recorded servers had written: where a file ends is seen from the offsets. */
const RECORDED: Readonly<Record<string, readonly (readonly Mutation[])[]>> = {
  '2.0.pegasus': [
    [
      mutation(3, 1, '2026-11-23T07:43:07.629Z', EMPTY),
      mutation(3, 2, '2026-11-23T07:44:08.145Z', update(checkAndSet, CHECK)),
    ],
    [mutation(9, 3, '2026-11-23T07:45:05.567Z', EMPTY)],
    [mutation(11, 4, EPOCH, EMPTY), mutation(12, 4, EPOCH, EMPTY)],
  ],
  '2.1.pegasus': [
    [
      mutation(3, 1, '2026-11-23T07:43:07.665Z', EMPTY),
      mutation(
        3,
        2,
        '2026-11-23T07:44:02.844Z',
        update(multiPut, {
          hash_key: bytes('h2'),
          kvs: ['a1', 'b2', 'c3'].map(([k, v]) => ({ key: bytes(k!), value: bytes(v!) })),
          expire_ts_seconds: 0,
        }),
      ),
      mutation(3, 3, '2026-11-23T07:44:03.598Z', multiRemoveOf('a', 'b')),
      mutation(3, 4, '2026-11-23T07:44:03.642Z', multiRemoveOf('a')),
    ],
    [
      mutation(3, 4, '2026-11-23T07:44:03.642Z', multiRemoveOf('a')),
      mutation(7, 5, '2026-11-23T07:46:07.715Z', EMPTY),
      mutation(9, 5, EPOCH, EMPTY),
    ],
  ],
};

const recordings = blocksOf(fixture('cpp-shell/sessions/debug-tools-2.txt')).filter(
  ({ line, withheld }) => line.startsWith('mlog_dump') && !withheld,
);

describe('as recorded, with every offset and length', () => {
  test('there are three', () => expect(recordings.length).toBe(3));

  test.each(recordings)('$line', async ({ line, stdout, stderr }) => {
    const [, pid = ''] = /gpid=(2\.\d)/.exec(stdout) ?? [];
    const replica = `${pid}.pegasus`;
    const [app_id = 0, partition_index = 0] = pid.split('.').map(Number);
    writeLog(join(folder, replica, 'plog'), { app_id, partition_index }, RECORDED[replica]!);
    const got = await workspace.run(line.replace('<dir>', join(folder, replica)));
    expect(got).toMatchObject({ stdout, stderr, exitCode: 0 });
  });
});

/** A log of its own. */
function logOf(name: string, ...files: Mutation[][]): string {
  const directory = join(folder, name, '3.7.pegasus', 'plog');
  writeLog(directory, { app_id: 3, partition_index: 7 }, files);
  return directory;
}

const mlogDump = (options: string) => workspace.run(`mlog_dump ${options}`);

test('every kind of write', async () => {
  const plain = { key: key('h', 's'), value: bytes('v\x00'), expire_ts_seconds: 345 };
  const less = { check_type: 'CT_VALUE_INT_LESS', check_operand: bytes('5') } as const;
  const updates = [
    update(put, plain),
    update(remove, { key: key('h', "'") }),
    update(incr, { key: key('h', 'n'), increment: -(2n ** 63n), expire_ts_seconds: 0 }),
    update(checkAndSet, { ...CHECK, ...less, set_diff_sort_key: false }),
    { code: checkAndMutate.code, data: bytes('?') },
  ];
  const directory = logOf('kinds', [mutation(1, 1, EPOCH, ...updates)]);
  const { stdout } = await mlogDump(`-d -i ${directory}`);
  expect(stdout.split('\n').slice(1)).toEqual([
    String.raw`  [PUT] "h" : "s" => 345 : "v\x00"`,
    String.raw`  [REMOVE] "h" : "\'"`,
    '  [INCR] "h" : "n" => -9223372036854775808',
    '  [CHECK_AND_SET] "" : IF SORT_KEY(ck) CT_VALUE_INT_LESS "5" THEN SET SORT_KEY(ck) => VALUE(b) [expire=0]',
    '  ERROR: unsupported code RPC_RRDB_RRDB_CHECK_AND_MUTATE',
    '',
  ]);
});

test('into a file', async () => {
  const directory = logOf('into', [mutation(1, 1, EPOCH, EMPTY)]);
  const file = join(folder, 'dumped');
  expect(await mlogDump(`-i ${directory} -o ${file}`)).toMatchObject({ stdout: '', stderr: 'Done\n' });
  expect(readFileSync(file, 'utf8')).toBe((await mlogDump(`-i ${directory}`)).stdout);
  expect(await mlogDump(`-i ${directory} -o ${join(folder, 'nosuch', 'file')}`)).toMatchObject({
    stderr: `ERROR: open output file ${join(folder, 'nosuch', 'file')} failed\n`,
    exitCode: 2,
  });
});

const USAGE = fixture('cpp-shell/sessions/no-args.txt').match(/USAGE: \tmlog_dump .*\n.*\n/)?.[0] ?? '';

test('what is no log', async () => {
  mkdirSync(join(folder, 'other', 'plog'), { recursive: true });
  const refused = (what: string) => ({ stdout: '', stderr: `ERROR: ${what}\n${USAGE}`, exitCode: 2 });
  expect(await mlogDump('-i /nosuch')).toMatchObject(refused("'/nosuch' is not a directory"));
  for (const name of ['other/plog', '3.pegasus/plog', '3.7/plog', '3.7.pegasus/plog/']) {
    const directory = join(folder, name);
    mkdirSync(directory, { recursive: true });
    const said = await mlogDump(`-i ${directory}`);
    expect(said).toMatchObject(refused(`'${directory}' is not a valid plog directory`));
  }
});

test('an empty folder, and files that are no log files', async () => {
  const directory = logOf('empty');
  for (const name of ['log.1', 'log.a.0', 'nothing']) writeFileSync(join(directory, name), 'x');
  expect(await mlogDump(`-i ${directory}`)).toMatchObject({ stdout: '', stderr: 'Done\n', exitCode: 0 });
});

describe('of what is damaged', () => {
  const two = [[mutation(1, 1, EPOCH, EMPTY)], [mutation(1, 2, EPOCH, EMPTY)]];
  const path = (directory: string, at: number) =>
    join(directory, readdirSync(directory).sort()[at] ?? 'there is none');
  const line = (decree: number, offset: number) =>
    `mutation [3.7.1.${decree}]: gpid=3.7, ballot=1, decree=${decree}, timestamp=1970-01-01 00:00:00.000, ` +
    `last_committed_decree=${decree - 1}, log_offset=${offset}, log_length=99, update_count=1\n`;
  const lines = [line(1, 76), line(2, 251)];

  function spoilt(file: string, at: number): void {
    const was = readFileSync(file);
    was[at]! ^= 1;
    writeFileSync(file, was);
  }

  async function dumped(name: string, damage: (directory: string) => void) {
    const directory = logOf(name, ...two);
    damage(directory);
    const before = readdirSync(directory);
    const got = await mlogDump(`-i ${directory}`);
    expect(readdirSync(directory)).toEqual(before);
    return got;
  }

  const fails = (shown: string, code: string) => ({
    stdout: `${shown}ERROR: dump mutation log failed, err = ${code}\n`,
    stderr: 'ERROR: dump failed\n',
    exitCode: 1,
  });

  test('the end that was not written any more is none', async () => {
    const got = await dumped('cut', (directory) => truncateSync(path(directory, 1), 170));
    expect(got).toMatchObject({ stdout: lines[0], stderr: 'Done\n', exitCode: 0 });
  });

  test('a file that has only begun is passed over', async () => {
    const got = await dumped('begun', (directory) => truncateSync(path(directory, 1), 20));
    expect(got).toMatchObject({ stdout: lines[0], stderr: 'Done\n', exitCode: 0 });
  });

  test('an end that is missing before another file', async () => {
    const got = await dumped('gap', (directory) => truncateSync(path(directory, 0), 170));
    expect(got).toMatchObject(fails('', 'ERR_INVALID_DATA'));
  });

  test('a file is missing', async () => {
    const got = await dumped('missing', (directory) => {
      writeLog(directory, { app_id: 3, partition_index: 7 }, [...two, [mutation(1, 3, EPOCH, EMPTY)]]);
      rmSync(path(directory, 1));
    });
    expect(got).toMatchObject(fails('', 'ERR_OBJECT_NOT_FOUND'));
  });

  test('a byte of a mutation is another', async () => {
    const got = await dumped('byte', (directory) => spoilt(path(directory, 1), 100));
    expect(got).toMatchObject(fails(lines[0]!, 'ERR_INVALID_DATA'));
  });

  test('a byte of what is said of a file is another', async () => {
    const got = await dumped('head', (directory) => spoilt(path(directory, 1), 20));
    expect(got).toMatchObject(fails('', 'ERR_INVALID_DATA'));
  });

  test('undamaged', async () => {
    expect((await dumped('whole', () => undefined)).stdout).toBe(lines.join(''));
  });
});
