import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'cpp-shell', NO_COLOR: '1' } });
  const lines = [
    'cluster create B --replicas 1 --metas 1',
    'cluster config B security.enable_acl true',
    '-C B node restart meta1',
  ];
  for (const line of lines) await workspace.run(line);
});
afterAll(() => workspace.dispose());

/** Recorded of a cluster with `enable_acl` and no authentication (dup-real/acl-deny). */
test.each([
  [
    'create x -p 2 -r 1',
    'ERR_ACL_DENY: create app x failed: [create] received server error\ncreate app "x" failed, error = ERR_ACL_DENY\n',
  ],
  ['query_dup t', 'ERROR: querying duplications of app [t] failed, error=ERR_ACL_DENY\n'],
])('%s is denied', async (line, stderr) => {
  expect(await workspace.run(`-C B ${line}`)).toEqual({ stdout: '', stderr, exitCode: 1 });
});

test('what everybody may ask is answered', async () => {
  expect((await workspace.run('-C B ls')).stdout).toContain('total_app_count  : 0\n');
  expect((await workspace.run('-C B nodes -d')).stdout).toMatch(/^localhost:35801 {2}ALIVE /m);
});
