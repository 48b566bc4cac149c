import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isThere, runClient } from './support/client-program.ts';
import { serveWorkspace } from './support/served-workspace.ts';

/** A clone of Pegasus, whose Node client is run: it is on no registry. */
const SOURCES = process.env.PEGASUS_SOURCES ?? '';
const hasSources = existsSync(join(SOURCES, 'nodejs-client'));
if (!hasSources)
  process.stderr.write(
    "interop: LEFT OUT: the Node client's own tests, of PEGASUS_SOURCES (docs/interop.md)\n",
  );

/** What its tests expect a cluster at. */
const ONEBOX = ['127.0.0.1:34601', '127.0.0.1:34602', '127.0.0.1:34603'];

/** What its tests run with, besides what the client needs. */
const TOOLS = ['mocha@5', 'sinon@4', 'assert@1'];

test.skipIf(!hasSources || !isThere('thrift', '--version'))("the Node client's own tests", async () => {
  const workspace = await serveWorkspace(['--port', '0', '--table', 'temp:8']);
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-node-'));
  const client = join(folder, 'nodejs-client');
  const run = (...command: readonly [string, ...string[]]) => runClient(command, client, () => {});
  try {
    for (const part of ['nodejs-client', 'idl'])
      cpSync(join(SOURCES, part), join(folder, part), { recursive: true });
    await run('bash', 'recompile_thrift.sh');
    await run('npm', 'install', '--no-audit', '--no-fund', '--no-save', ...TOOLS);
    pointAt(workspace.metas.split(','), join(client, 'test/client.test.js'));
    const lines = await run('npx', 'mocha', '--exit', 'test/client.test.js');
    expect(lines.join('\n')).toMatch(/\d+ passing/);
  } finally {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

function pointAt(metas: readonly string[], path: string): void {
  const text = ONEBOX.reduce(
    (tests, address, at) => tests.replaceAll(address, metas[at]!),
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, text);
}
