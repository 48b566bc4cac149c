import { afterEach, expect, test } from 'vitest';
import { createWorkspace } from '../../src/testing.ts';

const workspaces: Awaited<ReturnType<typeof createWorkspace>>[] = [];

afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.dispose();
});

/** A workspace with the tables `stat` (1) and `temp` (2), as Pegasus's onebox has them, and `temp` filled a little. */
async function onebox() {
  const workspace = await createWorkspace();
  workspaces.push(workspace);
  for (const line of ['create stat -p 4 -r 3', 'create temp -p 8 -r 3'])
    await workspace.run(`--dialect cpp-shell ${line}`);
  await workspace.run('use temp');
  await workspace.run('set k s v');
  return { run: (line: string) => workspace.run(`--dialect cpp-shell ${line}`) };
}

// What is expected is golden/cpp-shell/drop-recall-rename*.txt; refusals go to stderr, as ours do.

test('recall: refusals', async () => {
  const { run } = await onebox();
  const said = async (line: string) => (await run(line)).stderr;
  expect(await said('recall')).toBe('USAGE: \trecall                     <app_id> [new_app_name]\n');
  expect(await said('recall abc')).toBe(
    'ERROR: parse abc as id failed\nUSAGE: \trecall                     <app_id> [new_app_name]\n',
  );
  expect(await said('recall 9999')).toBe('recall app 9999 failed, error=ERR_APP_NOT_EXIST\n');
  expect(await said('recall 1')).toBe('recall app 1 failed, error=ERR_APP_EXIST\n');
  expect(await said('recall 2 x y')).toBe('recall app 2 failed, error=ERR_APP_EXIST\n');
  expect(await said('recall -1')).toBe('recall app -1 failed, error=ERR_APP_NOT_EXIST\n');
});

test('recall: a dropped table comes back with its data', async () => {
  const { run } = await onebox();
  await run('drop temp');
  const { stdout, exitCode } = await run('recall 2');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^recall app ok, id\(2\), name\(temp\), partition_count\(8\), wait it ready\n(temp not ready yet, still waiting\.\.\. \(\d\/8\)\n)*temp is ready now: \(8\/8\)\nrecall app 2 succeed\n$/,
  );
  expect((await run('get k s')).stdout).toMatch(/^"v"\n/);
});

test('rename', async () => {
  const { run } = await onebox();
  const said = async (line: string) => (await run(line)).stderr;
  expect(await said('rename')).toBe('USAGE: \trename                     <old_app_name> <new_app_name>\n');
  expect(await said('rename nosuch x')).toBe(
    'rename app failed, old_app_name(nosuch), new_app_name(x), failed: ERR_APP_NOT_EXIST, ERROR: app(nosuch) not exist!\n',
  );
  expect(await said('rename stat temp')).toBe(
    'rename app failed, old_app_name(stat), new_app_name(temp), failed: ERR_INVALID_PARAMETERS, ERROR: app(temp) already exist!\n',
  );
  expect(await said('rename temp bad@name')).toBe(
    "ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.: invalid new_app_name: 'bad@name'\n",
  );
  expect((await run('rename temp r1b')).stdout).toBe(
    'rename app ok, old_app_name(temp), new_app_name(r1b)\n',
  );
});
