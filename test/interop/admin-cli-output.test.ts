import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { type ServedWorkspace, serveWorkspace } from './support/served-workspace.ts';

/** The real admin-cli and pegsh's dialect of it, asked the same of the same served cluster: every byte is compared. */
const ADMIN_CLI = process.env.ADMIN_CLI;
if (ADMIN_CLI === undefined)
  process.stderr.write('interop: LEFT OUT: admin-cli, which ADMIN_CLI does not name (docs/interop.md)\n');

/** In which META and REPLICA stand for the addresses of servers. */
const LINES = readFileSync(new URL('admin-cli-lines.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

let workspace: ServedWorkspace;
let folder: string;

describe.skipIf(ADMIN_CLI === undefined)('both print the same', () => {
  beforeAll(async () => {
    workspace = await serveWorkspace();
    folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-admin-cli-'));
    workspace.pegsh('create', '-p', '4', 'stat');
    workspace.pegsh('create', '-p', '8', 'temp');
  });
  afterAll(async () => {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What only looks, and what is refused: asked of both, one after the other. */
  test.each(LINES)('%s', (line) => {
    const asked = line.replace('META', workspace.metas.split(',')[0]!).replace('REPLICA', workspace.replica);
    expect(withoutTimes(pegsh(asked))).toBe(withoutTimes(adminCli(asked)));
  });

  /** What changes something: done by both in turn, so that the second one finds what the first one left. */
  test.each([
    ['table-env set default_ttl 100', 'table-env list'],
    ['table-env delete default_ttl', 'table-env list'],
    ['table-env clear', 'table-env list'],
    ['meta-level set Lively', 'meta-level'],
    ['meta-level set lively', 'meta-level'],
    ['meta-level set steady', 'meta-level'],
    ['manual-compaction start -a temp', 'table-env list'],
  ])('%s', (line, look) => {
    pegsh(line);
    const [ours, seenByTheirs] = [pegsh(line), adminCli(look)];
    const [theirs, seenByOurs] = [adminCli(line), pegsh(look)];
    expect(withoutTimes(ours)).toBe(withoutTimes(theirs));
    expect(withoutTimes(seenByOurs)).toBe(withoutTimes(seenByTheirs));
  });
});

function adminCli(line: string): string {
  return typed([ADMIN_CLI!, '-m', workspace.metas], line);
}

function pegsh(line: string): string {
  const words = ['--dialect', 'admin-cli', '--keep-going', '-m', workspace.metas];
  const text = typed([process.execPath, join(ROOT, 'bin/run.js'), ...words], line);
  return text.replace(/^stdin:\d+: failed .*\n/gm, '').replace(/^hint: .*\n/gm, '');
}

/** The original's shell tells of errors on stdout. */
function typed([program = '', ...words]: readonly string[], line: string): string {
  const input = `use temp\n${line}\n`;
  const { NO_COLOR: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(program, words, { cwd: folder, env, input, encoding: 'utf8' });
  return stdout + stderr;
}

function withoutTimes(text: string): string {
  return text.replace(/\b\d{10}(\d{3})?\b/g, 'TIME');
}
