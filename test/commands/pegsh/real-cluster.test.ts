import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { REAL_TIME } from '../../../src/rpc/transport/tcp/real-time.ts';
import { createWorkspace, type TestWorkspace } from '../../../src/testing.ts';
import { type Served, served } from '../../server/support/served.ts';

let elsewhere: Served;
let workspace: TestWorkspace;

beforeAll(async () => {
  elsewhere = await served();
});
afterAll(() => elsewhere.stop());

beforeEach(async () => {
  workspace = await createWorkspace();
  await run(`cluster add prod --meta ${metas()}`);
});
afterEach(() => workspace.dispose());

const metas = () => [1, 2, 3].map((n) => elsewhere.meta(n)).join(',');
const run = (line: string) => workspace.run(line);

async function tables(line: string): Promise<string[]> {
  const { stdout } = await run(line);
  return [...stdout.matchAll(/^\| \d+ +\| (\w+)/gm)].map(([, name]) => name!);
}

test('it is listed, chosen for one line or for all, and forgotten', async () => {
  await run('create -p 2 here');
  expect((await run('cluster list')).stdout).toContain(
    `   REAL CLUSTER  META SERVERS\n   prod          ${metas()}\n`,
  );
  expect(await tables('-C prod ls')).toEqual(['temp']);
  expect(await tables('ls')).toEqual(['here']);
  expect((await run('cluster use prod')).stdout).toBe('commands now address cluster prod\n');
  expect(await tables('ls')).toEqual(['temp']);
  expect(await tables('-C onebox ls')).toEqual(['here']);
  await run('cluster remove prod --yes');
  expect(await tables('ls')).toEqual(['here']);
  expect((await run('-C prod ls')).stderr).toContain("there is no cluster 'prod' in this workspace");
});

test('records go there and nowhere else', async () => {
  await run('cluster use prod');
  await run('use temp');
  await run('set far away v');
  expect((await run('get far away')).stdout).toMatch(/^"v"\n/);
  await run('del far away');
  const [record] = elsewhere.simulation.universe.clusters();
  expect(record!.name).toBe('onebox');
  expect((await run('-C onebox get far away')).stderr).toContain('app not exist');
});

test('tables are copied, counted and cleared there, split by split', async () => {
  await run('create -p 2 here');
  await run('use here');
  for (let row = 0; row < 30; row++) await run(`set h${row % 7} s${row} v${row}`);
  const rows = (line: string) => run(line).then(({ stdout }) => stdout.match(/^"h.*$/gm)?.sort() ?? []);
  const here = await rows('full_scan');
  vi.spyOn(REAL_TIME, 'sleep').mockImplementation(() => new Promise((resolve) => setImmediate(resolve)));
  expect((await run('copy_data -c prod -a temp')).stdout).toMatch(/\nCopy done, total 30 rows\.\n$/);
  await run('cluster use prod');
  await run('use temp');
  expect(await rows('full_scan')).toEqual(here);
  expect((await run('copy_data -c onebox -a here -n')).stdout).toMatch(/\nCopy done, total 0 rows\.\n$/);
  expect((await run('copy_data -c onebox -a here -s prefix -y s1')).stdout).toMatch(
    /\nCopy done, total 11 rows\.\n$/,
  );
  expect((await run('copy_data -c onebox -a here -u -b 4')).stdout).toMatch(
    /\nCopy done, total 30 rows\.\n$/,
  );
  expect((await run('count_data -c -a')).stdout).toMatch(/\nCount done, total 30 rows\.\n/);
  expect((await run('clear_data -f -b 2')).stdout).toMatch(/\nClear done, total 30 rows\.\n$/);
  expect(await rows('full_scan')).toEqual([]);
  await run('cluster use onebox');
  await run('use here');
  expect(await rows('full_scan')).toEqual(here);
  vi.restoreAllMocks();
});

test.each([
  'node list',
  'node kill replica1',
  'clock',
  'clock advance 1s',
  'fault list',
  'dup diagnose',
  'cluster config prod',
  'cluster show',
])('%s is not available on a real cluster', async (line) => {
  await run('cluster use prod');
  const { stdout, stderr, exitCode } = await run(line);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toMatch(/^error: not available on a real cluster\nhint: /);
});

test.each([
  ['cluster add onebox --meta h:1', "error: there is a cluster 'onebox' already (ERR_NODE_ALREADY_EXIST)"],
  ['cluster add prod --meta h:1', "error: there is a cluster 'prod' already (ERR_NODE_ALREADY_EXIST)"],
  ['cluster create prod', "error: there is a cluster 'prod' already (ERR_NODE_ALREADY_EXIST)"],
  ['cluster add far', 'error: cluster add needs --meta'],
  ['cluster add far --meta h', 'error: "h" is not the address of a meta server'],
  ['cluster add a/b --meta h:1', "error: 'a/b' is not a name for a cluster"],
])('%s is refused', async (line, message) => {
  const { stderr } = await run(line);
  expect(stderr.startsWith(message)).toBe(true);
});

test('while it is asked, the workspace is free for others', async () => {
  const { Simulation } = await import('../../../src/engine/simulation.ts');
  const onDisk = await createWorkspace({ memory: false });
  try {
    await onDisk.run(`cluster add prod --meta ${metas()}`);
    await onDisk.run('-C prod ls');
    const { nodeHost } = await import('../../../src/host/node-host.ts');
    new Simulation({ directory: onDisk.directory, host: nodeHost() }).close();
    expect((await onDisk.run('cluster list')).stdout).toContain('prod');
  } finally {
    await onDisk.dispose();
  }
});
