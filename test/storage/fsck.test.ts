import { beforeAll, describe, expect, test } from 'vitest';
import { checkWorkspace } from '../../src/engine/fsck/check.ts';
import { attempt, Files } from '../../src/engine/fsck/files.ts';
import { kindOf } from '../../src/engine/fsck/layout.ts';
import { Damage } from '../../src/engine/storage/damage.ts';
import type { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { chanceOf, places } from './places.ts';
import { dump } from './support.ts';
import { diskOf, type Image, imageAfter, runLines, WORKSPACE } from './workspace-image.ts';

let image: Image;

/** Duplicated tables, data, checkpoints, a crash, a server that is down. */
beforeAll(async () => {
  image = await imageAfter([
    'cluster create B --metas 1 --replicas 3',
    'cluster create old --metas 1 --replicas 1 --defect 2039',
    'create table t -p 2 -r 3',
    'wait --for=healthy --table t',
    'use t',
    'set_app_envs replica.slow_query_threshold 1000',
    ...Array.from({ length: 12 }, (_, at) => `set user${at} profile value-${at}`),
    'add_dup t B -s',
    'clock advance 1m',
    'set user3 profile after',
    'clock advance 3h',
    'set user4 profile later',
    'node kill meta2',
    'fault add partition old onebox --for 1m',
  ]);
});

const chance = chanceOf();

const inWorkspace = (path: string) => path.slice(WORKSPACE.length + 1);
const pathsOf = (one: Image) => Object.keys(one).map(inWorkspace);
const fileOf = (pattern: RegExp) => pathsOf(image).find((path) => pattern.test(path))!;

/** Gives a file other contents. */
function put(fs: MemoryFileSystem, path: string, bytes: Uint8Array): void {
  fs.write(`${WORKSPACE}/${path}`, 0, bytes);
}

const bytesOf = (path: string) => Buffer.from(image[`${WORKSPACE}/${path}`]!, 'latin1');

/** Without what is written when the time goes on. */
function withoutTime({ ...files }: Record<string, string>) {
  delete files[`${WORKSPACE}/workspace.json`];
  delete files[`${WORKSPACE}/format.json`];
  return files;
}

async function run(fs: MemoryFileSystem, ...lines: string[]) {
  return (await runLines(fs, lines)).at(-1)!;
}

test('a workspace of everything is clean', () => {
  expect(checkWorkspace(diskOf(image), WORKSPACE)).toEqual([]);
  expect(new Set(pathsOf(image).map((path) => kindOf(path)?.pattern.source))).toHaveLength(13);
});

describe('damage to any file', () => {
  const wholeFiles = () => pathsOf(image).filter((path) => kindOf(path) !== undefined);

  test('any byte changed is told with file and byte', () => {
    for (const path of wholeFiles()) {
      const fs = diskOf({ [`${WORKSPACE}/${path}`]: image[`${WORKSPACE}/${path}`]! });
      const files = new Files(fs, WORKSPACE);
      const { form, schema } = kindOf(path)!;
      const written = bytesOf(path);
      for (const place of places(written.length, 100, chance)) {
        const at = place - 1;
        const changed = Buffer.from(written);
        changed[at]! ^= at % 2 === 0 ? 0xff : 1 << (at % 8);
        put(fs, path, changed);
        const result = attempt(() => files[form](path, schema));
        if (!(result instanceof Damage)) throw new Error(`${path}: byte ${at} was not noticed`);
        expect(result.path).toBe(path);
        if (written[at] !== 0x0a) expect(result.where).toContain(`(byte ${at})`);
      }
    }
  });

  test('any cut is told', () => {
    for (const path of wholeFiles()) {
      const fs = diskOf({ [`${WORKSPACE}/${path}`]: image[`${WORKSPACE}/${path}`]! });
      const files = new Files(fs, WORKSPACE);
      const { form, schema } = kindOf(path)!;
      const written = bytesOf(path);
      const atTheEnd = Array.from({ length: 40 }, (_, at) => written.length - 40 + at);
      for (const length of [0, ...places(written.length - 1, 50, chance), ...atTheEnd]) {
        const isWhole = form === 'log' && (length === 0 || written[length - 1] === 0x0a);
        if (isWhole) continue;
        put(fs, path, written.subarray(0, length));
        const result = attempt(() => files[form](path, schema));
        expect(result, `${path} cut at ${length}`).toBeInstanceOf(Damage);
      }
    }
  });

  test('a log cut at the end of any line is told', () => {
    const path = fileOf(/onebox.*plog/);
    const lines = bytesOf(path).toString().split('\n').slice(0, -1);
    const fs = diskOf(image);
    for (let count = 0; count < lines.length; count++) {
      put(
        fs,
        path,
        Buffer.from(
          lines
            .slice(0, count)
            .map((line) => `${line}\n`)
            .join(''),
        ),
      );
      expect(checkWorkspace(fs, WORKSPACE)).toMatchObject([{ path, where: `line ${count + 1}` }]);
    }
  });

  test('any file gone is told, but of crash reports and faults', () => {
    for (const path of wholeFiles()) {
      if (/crashes|faults/.test(path)) continue;
      const fs = diskOf(image);
      fs.remove(`${WORKSPACE}/${path}`);
      const told = checkWorkspace(fs, WORKSPACE).filter(({ severity }) => severity === 'error');
      expect(told, path).not.toEqual([]);
    }
  });

  test.each(['workspace.json', 'agenda.json', 'format.json'])(
    'without %s nothing is begun anew',
    async (path) => {
      const fs = diskOf(image);
      fs.remove(`${WORKSPACE}/${path}`);
      const before = dump(fs, WORKSPACE);
      expect(await run(fs, 'ls')).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(`${path}: is missing`),
      });
      expect(dump(fs, WORKSPACE)).toEqual(before);
    },
  );

  test.each([
    ['format\\.json', 'ls'],
    ['workspace\\.json', 'ls'],
    ['agenda\\.json', 'ls'],
    ['onebox/cluster\\.json', 'ls'],
    ['onebox/meta/apps\\.json', 'ls'],
    ['onebox/meta/apps/1\\.json', 'app t -d'],
    ['onebox/.*34601/process\\.json', 'nodes'],
    ['onebox/.*34801/process\\.json', 'clock advance 1m'],
    ['onebox/.*34801/memory', 'node show replica1'],
    ['onebox/.*34801/reps/1\\.json', 'node show replica1'],
    ['onebox/.*34801/.*checkpoint', 'use t; count_data -c'],
    ['onebox/.*34801/.*plog', 'node restart replica1'],
  ])('%s: a command that reads it ends with 3 and overwrites nothing', async (pattern, line) => {
    const path = fileOf(new RegExp(pattern));
    const written = bytesOf(path).toString();
    const half = Math.floor(written.length / 2);
    const damages: Record<string, string> = {
      'a changed byte': `${written.slice(0, half)}~${written.slice(half + 1)}`,
      cut: written.slice(0, half),
      emptied: '',
      'conflict markers': `<<<<<<< HEAD\n${written}=======\n${written}>>>>>>> other\n`,
    };
    for (const [name, text] of Object.entries(damages)) {
      const fs = diskOf(image);
      put(fs, path, Buffer.from(text));
      const before = withoutTime(dump(fs, WORKSPACE));
      const { exitCode, text: told } = await run(fs, ...line.split('; '));
      expect([name, exitCode, told]).toEqual([name, 3, expect.stringContaining(path)]);
      expect(withoutTime(dump(fs, WORKSPACE))).toEqual(before);
    }
  });
});

describe('commands in a workspace of which a file is damaged', () => {
  const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>> = {
    gone: () => undefined,
    emptied: () => Buffer.alloc(0),
    cut: (bytes) => bytes.subarray(0, bytes.length >> 1),
    'merged with conflicts': (bytes) =>
      Buffer.from(bytes.toString('latin1').replace('\n', '\n<<<<<<< HEAD\n'), 'latin1'),
  };
  const COMMANDS = [
    [
      'ls',
      'app t -d',
      'query_dup t -d',
      'use t',
      'get user3 profile',
      'set user3 profile x',
      'set user4 profile y',
    ],
    ['clock advance 10m'],
  ];
  /** Of one of each kind, but for what may be missing and what is not read. */
  const files = () =>
    [
      /^agenda/,
      /^workspace/,
      /onebox\/cluster/,
      /onebox.*apps\.json/,
      /onebox.*apps\/1/,
      /onebox.*34601\/process/,
      /onebox.*34801\/process/,
      /onebox.*34801\/memory/,
      /onebox.*34801\/envs/,
      /onebox.*34801\/reps\/1\.json/,
      /onebox.*34801.*1\.1\.pegasus\/plog/,
    ].map(fileOf);

  test.each(Object.keys(DAMAGES))('%s: it is named, and stays as it is', async (how) => {
    for (const path of files()) {
      const damaged = DAMAGES[how]!(bytesOf(path));
      const told: string[] = [];
      for (const lines of COMMANDS) {
        const fs = diskOf(image);
        if (damaged === undefined) fs.remove(`${WORKSPACE}/${path}`);
        else put(fs, path, damaged);
        const results = await runLines(fs, lines);
        for (const { text } of results) expect(text).not.toContain('bug of pegsh');
        const refusals = results.filter(({ exitCode }) => exitCode === 3);
        told.push(...refusals.map(({ text }) => text));
        const left = fs.read(`${WORKSPACE}/${path}`);
        if (refusals.length > 0) expect(left && Buffer.from(left), path).toEqual(damaged);
        else expect((await run(fs, 'fsck')).text, path).toContain(`error: ${path}`);
      }
      expect(told.join(''), `${path} ${how}`).toContain(`error: ${path}: `);
    }
  });
});

describe('fsck --repair', () => {
  const repair = (fs: MemoryFileSystem) => run(fs, 'fsck --repair');

  test('puts a changed byte back, in every file', async () => {
    const fs = diskOf(image);
    const paths = pathsOf(image).filter((path) => kindOf(path) !== undefined || path === 'format.json');
    for (const path of paths) {
      const changed = bytesOf(path);
      changed[Math.floor(changed.length / 2)]! ^= 0x04;
      put(fs, path, changed);
    }
    expect((await run(fs, 'fsck')).exitCode).toBe(3);
    expect(await repair(fs)).toMatchObject({ exitCode: 0 });
    const now = dump(fs, WORKSPACE);
    for (const path of paths) expect(now[`${WORKSPACE}/${path}`], path).toBe(image[`${WORKSPACE}/${path}`]);
  });

  test('takes a checkpoint from a replica that made the same one', async () => {
    const path = fileOf(/onebox.*34802.*checkpoint/);
    const twin = pathsOf(image).find(
      (one) => one !== path && /onebox/.test(one) && one.endsWith(path.split('/reps/')[1]!),
    );
    expect(twin).toBeDefined();
    const fs = diskOf(image);
    put(fs, path, Buffer.from('{}'));
    const { text, exitCode } = await repair(fs);
    expect([text, exitCode]).toEqual([
      `mended: ${path}: copied from ${twin}\nno damage is left; what was there before is in damaged/\n`,
      0,
    ]);
    expect(dump(fs, WORKSPACE)[`${WORKSPACE}/damaged/${path}`]).toBe('{}');
  });

  const newestOf = (partition: string) => {
    const paths = pathsOf(image).filter(
      (path) => path.includes(`onebox`) && path.includes(`/${partition}.pegasus/data`),
    );
    const decreeOf = (path: string) => Number(/(\d+)\.json$/.exec(path)![1]);
    const newest = Math.max(...paths.map(decreeOf));
    return paths.filter((path) => decreeOf(path) === newest);
  };

  async function expectData(fs: MemoryFileSystem): Promise<void> {
    for (const [key, value] of [
      ['user3', 'after'],
      ['user4', 'later'],
      ['user11', 'value-11'],
    ]) {
      expect((await run(fs, 'use t', `get ${key} profile`)).text).toContain(`"${value}"`);
    }
  }

  test.each(['1.0', '1.1'])(
    'goes back to what came before the newest checkpoint of %s',
    async (partition) => {
      const fs = diskOf(image);
      const lost = newestOf(partition);
      for (const path of lost) fs.remove(`${WORKSPACE}/${path}`);
      const { text, exitCode } = await repair(fs);
      expect([exitCode, text]).toEqual([0, expect.stringContaining('no damage is left')]);
      for (const path of lost)
        expect(text).toMatch(RegExp(`mended: ${path}: done without: the private log tells `));
      await expectData(fs);
      const restarted = await run(
        fs,
        'node restart replica1',
        'node restart replica2',
        'node restart replica3',
        'wait --for=healthy --table t',
        'fsck',
      );
      expect(restarted.text).toBe('no damage\n');
      await expectData(fs);
    },
  );

  test('goes back over all checkpoints that are lost', async () => {
    const fs = diskOf(image);
    const lost = pathsOf(image).filter((path) => /onebox.*checkpoint/.test(path));
    for (const path of lost) put(fs, path, Buffer.from('{}'));
    const { text, exitCode } = await repair(fs);
    expect([exitCode, text]).toEqual([0, expect.stringContaining('the private log tells everything')]);
    await expectData(fs);
  });

  test('goes back nowhere where the log does not lead on', async () => {
    const fs = diskOf(image);
    const lost = newestOf('1.0');
    for (const path of lost) put(fs, path, Buffer.from('{}'));
    const logs = pathsOf(image).filter((path) => /onebox.*1\.0\.pegasus\/plog/.test(path));
    for (const path of logs) put(fs, path, Buffer.from('{}\n'));
    const { text, exitCode } = await repair(fs);
    expect(exitCode).toBe(3);
    for (const path of [...lost, ...logs]) expect(text).toContain(`error: ${path}`);
  });

  test.each([
    ['its log is damaged', /onebox.*34801.*1\.0\.pegasus\/plog/],
    ['its list of replicas is damaged', /onebox.*34801\/reps\/1\.json/],
    ['what it remembers is damaged', /onebox.*34801\/memory/],
    ['what it remembers of envs is damaged', /onebox.*34801\/envs/],
    ['its process is damaged', /onebox.*34801\/process/],
    ["the leading meta server's memory is damaged", /onebox.*34601\/process/],
  ])('%s: the server starts anew and the others make it whole', async (_, pattern) => {
    const fs = diskOf(image);
    put(fs, fileOf(pattern), Buffer.from('{"not": "ours"}\n'));
    const { text, exitCode } = await repair(fs);
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^mended: .*anew|^mended: .*restarted/)]);
    const wait = await run(fs, 'wait --for=healthy --table t --timeout 1h');
    expect([wait.exitCode, wait.text]).toEqual([0, expect.any(String)]);
    await expectData(fs);
    expect((await run(fs, 'node kill replica2', 'node kill replica3', 'clock advance 1m', 'fsck')).text).toBe(
      'no damage\n',
    );
  });

  describe("what a cluster's meta servers keep is written anew from its replica servers", () => {
    const TREE = /onebox\/meta\//;

    async function answers(fs: MemoryFileSystem): Promise<string[]> {
      const lines = ['ls', 'app t -d', 'query_dup t -d', 'use t', 'get_app_envs'];
      return (await runLines(fs, lines)).map(({ text }) => text.replace(/CreateTime.*|create_ts.*/g, ''));
    }

    test.each([
      ['the index', [/onebox\/meta\/apps\.json/]],
      ['a table', [/onebox\/meta\/apps\/1\.json/]],
      ['all of it', [TREE]],
    ])('%s', async (_, patterns) => {
      for (const damage of ['gone', 'cut']) {
        const fs = diskOf(image);
        await run(fs, 'use t', 'set_app_envs default_ttl 1000000', 'clock advance 1m');
        const before = await answers(fs);
        const lost = pathsOf(image).filter((path) => patterns.some((pattern) => pattern.test(path)));
        for (const path of lost) {
          if (damage === 'gone') fs.remove(`${WORKSPACE}/${path}`);
          else put(fs, path, fs.read(`${WORKSPACE}/${path}`)!.subarray(0, 20));
        }
        const { text, exitCode } = await repair(fs);
        expect([exitCode, text]).toEqual([0, expect.stringContaining('no damage is left')]);
        expect(await answers(fs)).toEqual(before);
        await expectData(fs);
        const ships = await run(
          fs,
          'use t',
          'set user12 profile new',
          'clock advance 1m',
          '-C B use t',
          'get user12 profile',
        );
        expect(ships.text).toContain('"new"');
        expect(
          (
            await run(
              fs,
              'node kill replica1',
              'clock advance 2m',
              'node start replica1',
              'wait --for=healthy --table t',
              'fsck',
            )
          ).text,
        ).toBe('no damage\n');
      }
    });
  });

  test('says what it cannot mend', async () => {
    const fs = diskOf(image);
    const path = fileOf(/onebox\/cluster\.json/);
    put(fs, path, Buffer.from('{}'));
    const { text, exitCode } = await repair(fs);
    expect([exitCode, text]).toEqual([3, expect.stringContaining(`error: ${path}: line 1`)]);
    expect(text).toContain(
      '1 error: what is left could not be mended; `pegsh snapshot list` shows what can be restored\n',
    );
  });

  test('gives up no replica that is the last one', async () => {
    const fs = diskOf(image);
    const logs = pathsOf(image).filter((path) => /onebox.*1\.0\.pegasus\/plog/.test(path));
    for (const path of logs) put(fs, path, Buffer.from('{}\n'));
    const { text, exitCode } = await repair(fs);
    expect(exitCode).toBe(3);
    for (const path of logs) expect(text).toContain(`error: ${path}`);
    expect(fs.read(`${WORKSPACE}/${logs[0]}`)?.length).toBe(3);
  });

  test('removes what nothing refers to, and leaves what is not ours', async () => {
    const fs = diskOf(image);
    const checkpoint = fileOf(/onebox.*checkpoint/);
    const orphan = checkpoint.replace(/checkpoint\.\d+/, 'checkpoint.7');
    put(fs, orphan, bytesOf(checkpoint));
    put(fs, 'notes.txt', Buffer.from('mine'));
    expect((await run(fs, 'fsck')).text).toBe(
      `note: notes.txt: is not a file of pegsh\nnote: ${orphan}: nothing refers to it\nno damage\n`,
    );
    expect((await repair(fs)).text).toContain(`mended: ${orphan}: removed: nothing referred to it\n`);
    expect(fs.stat(`${WORKSPACE}/${orphan}`)).toBeUndefined();
    expect(fs.stat(`${WORKSPACE}/notes.txt`)?.size).toBe(4);
  });
});

test('fsck --accept takes what was edited by hand, if it has the right form', async () => {
  const fs = diskOf(image);
  const settings = JSON.parse(bytesOf('workspace.json').toString()) as { settings: { seed: number } };
  settings.settings.seed = 77;
  put(fs, 'workspace.json', Buffer.from(JSON.stringify(settings, null, 2)));
  const log = fileOf(/onebox.*34803.*plog/);
  const lines = bytesOf(log).toString().replace('value-', 'longer-');
  put(fs, log, Buffer.from(lines));
  const wrong = fileOf(/onebox.*34803\/process/);
  put(fs, wrong, Buffer.from(bytesOf(wrong).toString().replace('true', '"yes"')));
  const { text, exitCode } = await run(fs, 'fsck --accept --json');
  const reply = JSON.parse(text) as {
    clean: boolean;
    findings: { path: string }[];
    mended: { path: string }[];
  };
  expect([exitCode, reply.clean]).toEqual([3, false]);
  expect(reply.mended.map(({ path }) => path)).toEqual([log, 'workspace.json']);
  expect(reply.findings.map(({ path }) => path)).toEqual([wrong]);
});

test('a newer version is left alone, a folder without a workspace is told', async () => {
  const fs = diskOf(image);
  put(fs, 'format.json', Buffer.from('{"format":2}\n'));
  expect(await run(fs, 'fsck --repair')).toMatchObject({
    exitCode: 3,
    text: expect.stringContaining('made by a newer pegsh'),
  });
  expect(await run(diskOf({}), 'fsck')).toMatchObject({
    exitCode: 3,
    text: 'error: there is no workspace in /w\n',
  });
});
