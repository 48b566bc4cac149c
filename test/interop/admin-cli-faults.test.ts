import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_CLI, type Asked, adminCli, pegshDialect } from './support/both-programs.ts';
import { type Fault, type FaultyProxy, faultyProxy, rewritesOf } from './support/faulty-proxy.ts';
import { type ServedWorkspace, serveWorkspace } from './support/served-workspace.ts';

/** `RPC kind code: line`, of which REPLICA stands for the address of a server, and `|` separates lines of the shell. */
const LINES = readFileSync(new URL('admin-cli-faults.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

let workspace: ServedWorkspace;
let folder: string;
let meta: FaultyProxy;
let replica: FaultyProxy;

/** Both are asked of a cluster of which one RPC fails. What the original dies of is left out. */
describe.skipIf(ADMIN_CLI === undefined)('both say the same of a failure', () => {
  beforeAll(async () => {
    workspace = await serveWorkspace();
    folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-faults-'));
    workspace.pegsh('create', '-p', '4', 'temp');
    const port = (address: string) => Number(address.split(':')[1]);
    replica = await faultyProxy(port(workspace.replica));
    const [leader = ''] = workspace.metas.split(',');
    meta = await faultyProxy(port(leader), rewritesOf(port(workspace.replica), replica.port));
  });
  afterAll(async () => {
    meta.stop();
    replica.stop();
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(LINES)('%s', async (line) => {
    const [, rpc = '', kind, code = '', typed = ''] = /^(\S+) (\S+) (\S+): (.*)$/.exec(line)!;
    meta.fault = replica.fault = { rpc, kind: kind as Fault['kind'], code };
    const lines = typed.replace('REPLICA', `127.0.0.1:${replica.port}`).split(' | ');
    const asked: Asked = {
      metas: `127.0.0.1:${meta.port}`,
      folder,
      ...(lines.length > 1 ? { lines } : { words: lines[0]!.split(' ') }),
    };
    const [theirs, ours] = await Promise.all([adminCli(asked), pegshDialect(asked)]);
    expect(ours).toBe(theirs);
  });
});
