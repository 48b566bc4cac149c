import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { isThere, runClient } from './support/client-program.ts';
import { serveWorkspace } from './support/served-workspace.ts';

test.skipIf(!isThere('go', 'version'))(
  "the Go client's data operations, scans and administration, a server killed midway",
  async () => {
    const workspace = await serveWorkspace();
    // The client writes its log to the folder that it runs in.
    const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-go-'));
    const program = join(folder, 'interop');
    try {
      const build = ['go', 'build', '-o', program, '.'] as const;
      await runClient(build, join(ROOT, 'test/interop/go'), () => {});
      const lines = await runClient([program, workspace.metas, 'go', 'B'], folder, (what) => {
        workspace.pegsh('node', what.startsWith('kill') ? 'kill' : 'start', 'replica2');
      });
      expect(lines.at(-1)).toBe('done');
      expect(workspace.pegsh('--dialect', 'cpp-shell', 'query_dup', 'go')).toContain('B');
    } finally {
      await workspace.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
