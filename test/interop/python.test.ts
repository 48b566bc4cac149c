import { join } from 'node:path';
import { test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { isThere } from './support/client-program.ts';
import { driveClient } from './support/drive-client.ts';

const PROGRAM = join(ROOT, 'test/interop/python');

/** What makes a Python of its own for the client, whose packages are installed there. */
const hasTools =
  isThere('python3', '-m', 'venv', '--help') && isThere('python3', '-m', 'ensurepip', '--version');

test.skipIf(!hasTools)("the Python client's data operations and scans, a server killed midway", async () => {
  await driveClient(async ({ path, run }, { metas, pegsh }) => {
    const python = join(path, 'venv/bin/python');
    await run('python3', '-m', 'venv', 'venv');
    await run(python, '-m', 'pip', 'install', '--quiet', '-r', join(PROGRAM, 'requirements.txt'));
    pegsh('--dialect', 'cpp-shell', 'create', 'python', '-p', '4');
    return [python, '-W', 'ignore', join(PROGRAM, 'main.py'), metas, 'python'];
  });
});
