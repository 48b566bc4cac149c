import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isThere } from './support/client-program.ts';
import { serveWorkspace } from './support/served-workspace.ts';

/** A clone of Pegasus, whose pegic is built. */
const SOURCES = process.env.PEGASUS_SOURCES ?? '';
const hasSources = existsSync(join(SOURCES, 'pegic'));
if (!hasSources) process.stderr.write('interop: LEFT OUT: pegic, of PEGASUS_SOURCES (docs/interop.md)\n');

const LINES = ['use temp', 'set h s value', 'get h s', 'ttl h s', 'del h s', 'get h s', 'use nosuch', 'exit'];

test.skipIf(!hasSources || !isThere('go', 'version'))('pegic sets, gets and deletes', async () => {
  const workspace = await serveWorkspace(['--port', '0', '--table', 'temp:4']);
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-pegic-'));
  const options = { cwd: folder, encoding: 'utf8' } as const;
  try {
    cpSync(join(SOURCES, 'pegic'), folder, { recursive: true });
    const built = spawnSync('go', ['build', '-mod=mod', '-o', 'pegic-program', '.'], options);
    expect([built.status, built.stderr]).toMatchObject([0, expect.anything()]);
    const input = LINES.map((line) => `${line}\n`).join('');
    const { stdout, stderr } = spawnSync(join(folder, 'pegic-program'), ['-m', workspace.metas], {
      ...options,
      input,
    });
    const said = `${stdout}${stderr}`;
    expect(said).toContain('\nh : s : value\n');
    expect(said).toContain('TTL(Time-To-Live) is not set');
    expect(said).toContain('error: record not found\n');
    expect(said).toContain('error: table "nosuch" does not exist\n');
  } finally {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
