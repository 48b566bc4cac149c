import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { isThere, runClient } from './support/client-program.ts';
import { serveWorkspace } from './support/served-workspace.ts';

const PROGRAM = join(ROOT, 'test/interop/python');

test.skipIf(!isThere('python3', '-m', 'ensurepip', '--version'))(
  "the Python client's data operations and scans, a server killed midway",
  async () => {
    const workspace = await serveWorkspace();
    // The client writes its log to the folder that it runs in.
    const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-python-'));
    const python = join(folder, 'venv/bin/python');
    try {
      await runClient(['python3', '-m', 'venv', 'venv'], folder, () => {});
      const install = ['-m', 'pip', 'install', '--quiet', '-r', join(PROGRAM, 'requirements.txt')];
      await runClient([python, ...install], folder, () => {});
      workspace.pegsh('--dialect', 'cpp-shell', 'create', 'python', '-p', '4');
      const drive = [python, '-W', 'ignore', join(PROGRAM, 'main.py'), workspace.metas, 'python'] as const;
      const lines = await runClient(drive, folder, (what) => {
        workspace.pegsh('node', what.startsWith('kill') ? 'kill' : 'start', 'replica2');
      });
      expect(lines.at(-1)).toBe('done');
    } finally {
      await workspace.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
