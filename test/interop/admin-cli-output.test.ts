import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_CLI, adminCli, pegshDialect } from './support/both-programs.ts';
import { type ServedWorkspace, serveWorkspace } from './support/served-workspace.ts';

/** In which META and REPLICA stand for the addresses of servers. */
const LINES = readFileSync(new URL('admin-cli-lines.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

let workspace: ServedWorkspace;
let folder: string;

/** The real admin-cli and pegsh's dialect of it, asked the same of the same served cluster: every byte is compared. */
describe.skipIf(ADMIN_CLI === undefined)('both print the same', () => {
  beforeAll(async () => {
    workspace = await serveWorkspace();
    folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-admin-cli-'));
    workspace.pegsh('create', '-p', '4', 'stat');
    workspace.pegsh('create', '-p', '8', 'temp');
    workspace.pegsh('create', '-p', '4', 'gone');
    workspace.pegsh('drop', 'gone');
  });
  afterAll(async () => {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const asked = (line: string) => ({ metas: workspace.metas, folder, lines: ['use temp', line] });

  /** What only looks, and what is refused: asked of both, one after the other. */
  test.each(LINES)('%s', async (line) => {
    const typed = asked(
      line.replace('META', workspace.metas.split(',')[0]!).replace('REPLICA', workspace.replica),
    );
    expect(await pegshDialect(typed)).toBe(await adminCli(typed));
  });

  /** What changes something: done by both in turn, so that the second one finds what the first one left. */
  test.each([
    ['table-env set default_ttl 100', 'table-env list'],
    ['table-env set replica.write_throttling 20000*delay*100', 'ls'],
    ['table-env delete default_ttl', 'table-env list'],
    ['table-env delete --prefix replica', 'table-env list'],
    ['table-env clear', 'table-env list'],
    ['meta-level set Lively', 'meta-level'],
    ['meta-level set lively', 'meta-level'],
    ['meta-level set blind', 'cluster-info'],
    ['meta-level set steady', 'meta-level'],
    ['manual-compaction start -a temp', 'table-env list'],
    ['manual-compaction start -a temp -l 1 -c 2 -b', 'table-env list'],
    ['server-config replica gc_interval_ms set 40000', 'server-config replica -n REPLICA gc_interval_ms get'],
    [
      'remote-command meta -n META meta.live_percentage 50',
      'remote-command meta -n META meta.live_percentage',
    ],
    ['remote-command replica -n REPLICA replica.deny-client false', 'table-stat'],
  ])('%s', async (line, look) => {
    const place = (text: string) =>
      asked(text.replace('META', workspace.metas.split(',')[0]!).replace('REPLICA', workspace.replica));
    await pegshDialect(place(line));
    const [ours, seenByTheirs] = [await pegshDialect(place(line)), await adminCli(place(look))];
    const [theirs, seenByOurs] = [await adminCli(place(line)), await pegshDialect(place(look))];
    expect(ours).toBe(theirs);
    expect(seenByOurs).toBe(seenByTheirs);
  });
});
