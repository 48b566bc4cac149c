import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ADMIN_CLI } from './support/both-programs.ts';
import { serveWorkspace } from './support/served-workspace.ts';

test.skipIf(ADMIN_CLI === undefined)('admin-cli creates a table, lists it and duplicates it', async () => {
  const workspace = await serveWorkspace();
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-admin-cli-'));
  const adminCli = (...lines: string[]): string => {
    const input = [...lines, 'exit', ''].join('\n');
    const run = spawnSync(ADMIN_CLI!, ['-m', workspace.metas], { cwd: folder, input, encoding: 'utf8' });
    expect(run.status).toBe(0);
    return run.stdout + run.stderr;
  };
  try {
    expect(adminCli('create -p 4 -r 3 stat')).toContain('Done!');
    expect(adminCli('list-tables')).toMatch(/\| 1 +\| stat +\| 4 +\| 0 +\|/);
    const added = adminCli('use stat', 'dup add -c B');
    const [, dupid] = /successfully add duplication \[dupid: (\d+)\]/.exec(added) ?? [];
    expect(dupid, added).toBeDefined();
    expect(duplicationsIn(adminCli('use stat', 'dup list'))).toMatchObject([
      { dupid: Number(dupid), status: 'DS_LOG', remote: 'B', fail_mode: 'FAIL_SLOW' },
    ]);
    expect(workspace.pegsh('--dialect', 'cpp-shell', 'query_dup', 'stat')).toContain(dupid);
    adminCli('use stat', `dup pause -d ${dupid}`);
    expect(duplicationsIn(adminCli('use stat', 'dup list'))).toMatchObject([{ status: 'DS_PAUSE' }]);
    adminCli('use stat', `dup remove -d ${dupid}`);
    expect(adminCli('use stat', 'dup list')).not.toContain(dupid);
    expect(adminCli('nodes').match(/NS_ALIVE/g)).toHaveLength(3);
  } finally {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The JSON array that `dup list` prints, among the prompts. */
function duplicationsIn(printed: string): unknown {
  return JSON.parse(printed.slice(printed.search(/^\[\s*$/m), printed.lastIndexOf(']') + 1));
}
