import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isThere } from './support/client-program.ts';
import { type ServedWorkspace, serveWorkspace } from './support/served-workspace.ts';

/** A clone of Pegasus, whose own Go client and its tests of a cluster are run. */
const SOURCES = process.env.PEGASUS_SOURCES;
if (SOURCES === undefined)
  process.stderr.write(
    "interop: LEFT OUT: the Go client's own tests, of PEGASUS_SOURCES (docs/interop.md)\n",
  );

/** They know no other addresses than those of Pegasus's own onebox, and some read the newer fields for host names. */
const AS_ONEBOX = ['--port-offset', '0', '--host-ports', '--table', 'temp:8'];

const MOST_ATTEMPTS = 100;

/** By package: those that need a cluster, and no echo server. */
const TESTS: Readonly<Record<string, string>> = {
  admin: '.',
  session:
    'TestNodeSession_(Call|ContextCancel|ConcurrentCall|ForwardToPrimaryMeta)$|TestMetaSession|TestMetaManager',
  pegasus: '.',
};

describe.skipIf(SOURCES === undefined || !isThere('go', 'version'))("the Go client's own tests", () => {
  let workspace: ServedWorkspace;
  let client: string;

  beforeAll(async () => {
    workspace = await serveAsOnebox();
    client = mkdtempSync(join(tmpdir(), 'pegsh-interop-go-client-'));
    cpSync(join(SOURCES!, 'go-client'), client, { recursive: true });
    run('go', 'mod', 'tidy');
  });
  afterAll(async () => {
    await workspace.stop();
    rmSync(client, { recursive: true, force: true });
  });

  /** On Linux a connection of another test may have one of these ports for a while. */
  async function serveAsOnebox(): Promise<ServedWorkspace> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await serveWorkspace(AS_ONEBOX);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  function run(...[program = '', ...words]: string[]): void {
    const { status, stdout } = spawnSync(program, words, { cwd: client, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${words.join(' ')}:\n${stdout}`);
  }

  test.each(Object.entries(TESTS))('%s', (name, which) => {
    expect(() => run('go', 'test', '-count=1', '-gcflags=-l', '-run', which, `./${name}`)).not.toThrow();
  });
});
