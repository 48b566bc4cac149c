import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';
import { createWorkspace } from '../../src/testing.ts';
import { version } from '../../src/version.ts';

const SCRIPT = [
  'cluster create B',
  'create -p 4 t',
  'use t',
  'dup add -c B',
  'clock advance 1h',
  'query_dup t -d',
  'clock',
  'node list',
  'nodes -d',
];

async function transcript(memory: boolean): Promise<string> {
  const workspace = await createWorkspace({ memory });
  const answers = [];
  for (const line of SCRIPT) answers.push({ line, ...(await workspace.run(line)) });
  await workspace.dispose();
  return JSON.stringify(answers, null, 2);
}

test('the same lines give the same bytes: twice, in another zone, in memory and on disk', async () => {
  const before = process.env.TZ;
  const first = await transcript(true);
  try {
    process.env.TZ = 'Asia/Shanghai';
    expect(await transcript(true)).toBe(first);
    expect(await transcript(false)).toBe(first);
  } finally {
    process.env.TZ = before;
  }
});

test('typed clients see what the lines did', async () => {
  const workspace = await createWorkspace();
  await workspace.run('create -p 4 t');
  const { infos } = await workspace.meta.listApps({ status: 'AS_AVAILABLE' });
  expect(infos.map((app) => [app.app_name, app.partition_count])).toEqual([['t', 4]]);
  await workspace.dispose();
});

describe('pegsh test', () => {
  let folder: string;
  let workspace: Disposable;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pegsh-docs-'));
    workspace = new Disposable({ workingDirectory: folder });
  });

  afterEach(() => {
    workspace.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows a diff and fails; --update rewrites; then all is as written', async () => {
    const file = join(folder, 'a.md');
    writeFileSync(file, '```console\n$ pegsh version\nold\n$ pegsh verson\n```\n');
    expect(await workspace.invoke(['test', 'a.md'])).toMatchObject({
      exitCode: 1,
      stdout: `--- a.md
+++ a.md (as it ran)
@@ -1,6 +1,9 @@
 \`\`\`console
 $ pegsh version
-old
+pegsh ${version}
 $ pegsh verson
+error: unknown command "verson"
+hint: did you mean \`version\`?
+[2]
 \`\`\`
 
a.md: 2 commands, 2 differ
`,
    });
    expect(await workspace.invoke(['test', 'a.md', '--update'])).toMatchObject({
      exitCode: 0,
      stdout: 'a.md: 2 commands, 2 updated\n',
    });
    expect(readFileSync(file, 'utf8')).toContain(
      `$ pegsh version\npegsh ${version}\n$ pegsh verson\nerror: `,
    );
    expect(await workspace.invoke(['test', 'a.md'])).toMatchObject({
      exitCode: 0,
      stdout: 'a.md: 2 commands, as written\n',
    });
  });

  test('each file has a workspace of its own', async () => {
    const text = '```console\n$ pegsh cluster create B\n```\n';
    writeFileSync(join(folder, 'a.md'), text);
    writeFileSync(join(folder, 'b.md'), text);
    await workspace.invoke(['test', 'a.md', 'b.md', '--update']);
    const [a, b] = ['a.md', 'b.md'].map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(a).toContain('cluster B made');
    expect(b).toBe(a);
  });

  test('a file that is not there is a mistake of the user', async () => {
    expect(await workspace.invoke(['test', 'nowhere.md'])).toMatchObject({
      exitCode: 2,
      stderr: 'error: cannot read nowhere.md: there is no such file\n',
    });
  });
});

test('run FILE says which line of which file failed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-run-'));
  writeFileSync(join(folder, 's.pegsh'), '# a script\r\nversion\r\n\r\nverson\r\nversion\r\n');
  const workspace = new Disposable({ workingDirectory: folder });
  const { stdout, stderr, exitCode } = await workspace.invoke(['run', 's.pegsh']);
  expect({ stdout, exitCode }).toEqual({ stdout: `pegsh ${version}\n`, exitCode: 2 });
  expect(stderr).toMatch(/\ns\.pegsh:4: stopped here \(exit code 2\): verson\n$/);
  workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('what a test does with a value that it got changes nothing', async () => {
  const workspace = await createWorkspace();
  await workspace.run('create -p 4 t');
  const table = workspace.data.table('t');
  const [hashKey, sortKey, value] = [Buffer.from('h'), Buffer.from('s'), Buffer.alloc(100_000, 'v')];
  await table.set(hashKey, sortKey, value);
  const got = async () => (await table.get(hashKey, sortKey)).reply?.value;
  (await got())?.fill(0);
  expect(Buffer.from((await got()) ?? []).equals(value)).toBe(true);
  await workspace.dispose();
});
