import { beforeEach, describe, expect, test } from 'vitest';
import { Group } from '../../../src/engine/storage/group.ts';
import { encodeRecord } from '../../../src/engine/storage/record.ts';
import { openStore } from '../../../src/engine/storage/store.ts';
import { Death, DyingDisk } from '../../../src/host/dying-disk.ts';
import { MemoryFileSystem, memoryHost } from '../../../src/host/memory-fs.ts';
import { Disposable } from '../../../src/shell/disposable.ts';
import { dump } from '../../storage/support.ts';
import { diskOf, imageAfter, runLines, WORKSPACE } from '../../storage/workspace-image.ts';

let fs: MemoryFileSystem;
let pegsh: Disposable;

beforeEach(async () => {
  fs = new MemoryFileSystem();
  const place = { directory: WORKSPACE, host: memoryHost(() => 0, fs) };
  pegsh = new Disposable({ workingDirectory: '.', place });
  await ok('create table t -p 2 -r 1', 'use t', 'set user1 profile old');
});

async function run(line: string) {
  return pegsh.runLine(line);
}

async function ok(...lines: string[]) {
  for (const line of lines) expect(await run(line)).toMatchObject({ exitCode: 0 });
}

test('a snapshot is listed, compared, restored and removed', async () => {
  expect((await run('snapshot save monday')).text).toBe('snapshot monday saved\n');
  await ok('set user2 profile new', 'create table u -p 2 -r 1', 'node kill replica3');
  const diff = (await run('snapshot diff monday')).text;
  expect(diff).toContain('clusters/onebox/meta/apps.json\n  + 2 {"status":"AS_AVAILABLE"');
  expect(diff).toContain('  ~ node:localhost:34803 state: "running" -> "killed"\n');
  expect((await run('snapshot restore monday')).text).toBe(
    'snapshot monday restored; what was there is snapshot before-restore\n',
  );
  await ok('use t');
  expect((await run('get user1 profile')).text).toContain('"old"');
  expect((await run('get user2 profile')).text).toContain('Not found');
  expect((await run('ls')).text).not.toContain('| u ');
  await ok('fsck', 'snapshot restore before-restore', 'use t');
  expect((await run('get user2 profile')).text).toContain('"new"');
  expect((await run('snapshot list')).text).toMatch(
    /^NAME +TAKEN AT +CLUSTERS +FILES +BYTES\nbefore-restore +2026-01-01 00:\d\d:\d\d +onebox +\d+ +\d+\nmonday /,
  );
  expect((await run('snapshot remove monday before-restore')).text).toBe(
    'snapshot monday removed\nsnapshot before-restore removed\n',
  );
  expect(Object.keys(dump(fs, WORKSPACE)).filter((path) => path.includes('snapshots'))).toEqual([]);
});

test('two snapshots are compared, as JSON too', async () => {
  await ok('snapshot save a', 'snapshot save b', 'set user1 profile other', 'snapshot save c');
  expect((await run('snapshot diff a b')).text).toBe('no difference\n');
  const { differences } = JSON.parse((await run('snapshot diff b c --json')).text) as {
    differences: { path: string; record: string; before?: unknown; after?: unknown }[];
  };
  const logged = differences.find(({ path }) => path.includes('/plog/'));
  expect(logged).toMatchObject({
    record: expect.stringMatching(/^\d+$/),
    after: { decree: expect.any(Number) },
  });
  expect(logged).not.toHaveProperty('before');
});

test('what cannot be done is refused, and nothing is lost', async () => {
  await ok('snapshot save a', 'set user1 profile newest');
  expect(await run('snapshot save a')).toMatchObject({ exitCode: 2 });
  expect(await run('snapshot save ../a')).toMatchObject({ exitCode: 2 });
  expect(await run('snapshot restore b')).toMatchObject({ exitCode: 2 });
  expect(await run('snapshot remove a b')).toMatchObject({ exitCode: 2 });
  const damaged = `${WORKSPACE}/snapshots/a/clusters/onebox/meta/apps.json`;
  fs.write(damaged, 0, Buffer.from('{}'));
  const refused = await run('snapshot restore a');
  expect([refused.exitCode, refused.text]).toEqual([
    3,
    "error: snapshot 'a' is damaged: clusters/onebox/meta/apps.json: line 1: the checksum does not fit: this is not what pegsh wrote\n" +
      'hint: the workspace is as it was\n',
  ]);
  expect(await run('fsck')).toMatchObject({
    exitCode: 0,
    text: expect.stringMatching(
      /^note: snapshots\/a\/clusters\/onebox\/meta\/apps\.json: line 1: .*; the snapshot cannot be restored\nno damage\n$/,
    ),
  });
  await ok('use t');
  expect((await run('get user1 profile')).text).toContain('"newest"');
});

test('restoring is done to its end by the next command, at whatever moment the process dies', async () => {
  const setUp = ['create table t -p 2 -r 1', 'use t', 'set a b old', 'snapshot save s'];
  const image = await imageAfter([...setUp, 'set a b new', 'create table u -p 2 -r 1']);
  const answers = async (disk: MemoryFileSystem) => (await runLines(disk, ['use t', 'get a b'])).at(-1)!.text;
  const wholly = new Set([await answers(diskOf(image))]);
  const restored = diskOf(image);
  await runLines(restored, ['snapshot restore s']);
  wholly.add(await answers(restored));
  expect(wholly.size).toBe(2);
  for (let k = 1; ; k += 7) {
    const disk = diskOf(image);
    const dying = new DyingDisk(disk, k, 'half');
    const died = await dies(dying, ['snapshot restore s']);
    if (!died) break;
    expect(wholly).toContain(await answers(disk));
    const host = memoryHost(() => 0, disk, 3);
    openStore({ directory: WORKSPACE, host }).close();
    expect((await runLines(disk, ['fsck'])).at(-1)?.exitCode).toBe(0);
  }
});

async function dies(disk: DyingDisk, lines: readonly string[]): Promise<boolean> {
  const place = { directory: WORKSPACE, host: memoryHost(() => 0, disk, 2) };
  const session = new Disposable({ workingDirectory: '.', place });
  for (const line of lines) await session.runLine(line);
  try {
    session.dispose();
  } catch (error) {
    if (!(error instanceof Death)) throw error;
  }
  return disk.isDead;
}

describe('a snapshot takes the place of', () => {
  const at = (path: string) => `${WORKSPACE}/${path}`;

  const DAMAGES: Readonly<Record<string, () => void>> = {
    'a workspace without workspace.json': () => fs.remove(at('workspace.json')),
    'a workspace whose workspace.json is damaged': () => fs.write(at('workspace.json'), 0, Buffer.from('{}')),
    'a workspace without its format': () => fs.remove(at('format.json')),
    'a workspace whose cluster is damaged': () =>
      fs.write(at('clusters/onebox/cluster.json'), 0, Buffer.from('{}')),
    'a workspace whose journal cannot be applied': () => {
      const record = Buffer.from(encodeRecord({ sequence: 1000, changes: new Group().take() })).toString(
        'latin1',
      );
      fs.write(at('journal.jsonl'), 0, Buffer.from(`${record.replaceAll('0', '1')}${record}`, 'latin1'));
    },
    nothing: () => {
      for (const path of fs.list(WORKSPACE)) if (path !== 'snapshots') fs.remove(at(path));
    },
  };

  test.each(Object.keys(DAMAGES))('%s', async (damage) => {
    await ok('snapshot save a');
    pegsh.dispose();
    DAMAGES[damage]!();
    if (damage !== 'nothing') expect((await runLines(fs, ['ls']))[0]).toMatchObject({ exitCode: 3 });
    const results = await runLines(fs, ['snapshot restore a', 'fsck', 'use t', 'get user1 profile']);
    expect(results.map(({ exitCode, text }) => (exitCode === 0 ? '' : text)).join('')).toBe('');
    expect(results.at(-1)!.text).toContain('"old"');
  });
});

test('a workspace that was reset keeps its snapshots, and is a new one', async () => {
  await ok('snapshot save a', 'reset --yes', 'ls');
  expect((await run('ls')).text).not.toContain('| t ');
  await ok('snapshot restore a', 'use t');
  expect((await run('get user1 profile')).text).toContain('"old"');
});
