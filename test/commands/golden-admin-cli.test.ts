import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyCommand } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { CommandIndex } from '../../src/shell/resolve.ts';
import { splitAdminCli } from '../../src/shell/tokens.ts';
import { createWorkspace } from '../../src/testing.ts';
import { type Ran, ran } from './support/fake-context.ts';
import { fixture } from './support/golden.ts';
import { stubCluster, stubServers } from './support/stub-cluster.ts';

interface Case {
  /** The words after `admin-cli -m …`, quoted where needed. */
  readonly typed: string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Help and what cannot be understood: nothing of it needs a cluster but for being there.
 *
 * Not replayed: `app-*` and `no-server-*`, as pegsh itself is started in its own way; `shell-*`, which is what grumble's
 * line editor draws. Of the stub, `table-migrator`, which dies in its midst.
 */
const OFFLINE = Object.entries<Case>(JSON.parse(fixture('admin-cli/offline.json')));

/** Answers that are others on purpose. */
const DIFFERS: Readonly<Record<string, string>> = {
  'clear-not-in-oneshot': 'clear is there at any time',
  'err-remote-command-none': 'the original panics',
  'err-nodes-migrator-empty': 'the original panics',
  'help-unknown': 'an error goes to stderr',
};

/** The original dies. */
const PANICS: Readonly<Record<string, string>> = {
  'unalive-add-disk': 'of the answer that did not come',
  'nonodes-nodes': 'of a list of nodes that is empty',
  'timeout-partition-split-query': 'of the answer that did not come',
  'timeout-bulk-load-start': 'of the answer that did not come',
  'hdrerr-bulk-load-query': 'of the answer that did not come',
  'bulk-load-query-nopartitions': 'of a division by 0',
};

/** Faults under which the recording lacks requests, or they are others each time. */
const UNRECORDED = ['timeout', 'unalive', 'hdrerr', 'diskfull'];

const index = new CommandIndex(COMMANDS);
const workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'admin-cli' } });
afterAll(() => workspace.dispose());

test.each(OFFLINE)('%s', async (name, { typed, stdout, stderr }) => {
  const got = await workspace.run(typed);
  const isHelp = stderr === '';
  if (name in DIFFERS) {
    expect([got.stdout, got.stderr]).not.toEqual([stdout, stderr]);
  } else if (!isHelp && got.stderr !== stderr && isMissing(typed)) {
    // Its words are understood; what it would say next is not here.
    expect(got).toMatchObject({ stdout: '', stderr: expect.stringContaining('docs/coverage.md') });
    expect(got.exitCode).toBe(2);
  } else {
    expect([got.stdout, got.stderr]).toEqual([stdout, stderr]);
    expect(got.exitCode).toBe(isHelp ? 0 : 2);
  }
});

function isMissing(typed: string): boolean {
  return index.find(splitAdminCli(typed), 'admin-cli')?.entry.isBuilt === false;
}

interface StubCase {
  /** One line typed as a one-shot, or several into the shell. */
  readonly lines: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly fault: string | null;
  /** What was sent but for questions that change nothing. */
  readonly requests: readonly (readonly [method: string, request: object])[];
}

describe('against the recorded stub', () => {
  const cases = Object.entries<StubCase>(JSON.parse(fixture('admin-cli/stub.json')));

  test.each(cases)('%s', async (name, { lines, stdout, stderr, fault, requests }) => {
    const [meta, servers] = [stubCluster(fault), stubServers(fault)];
    const methods = new Set([
      'createApp',
      'dropApp',
      'recallApp',
      'controlMeta',
      'updateAppEnv',
      'startManualCompact',
      'queryManualCompact',
      'command',
      'get',
      'queryDiskInfo',
      'addNewDisk',
      'migrateReplicaDisk',
      'startPartitionSplit',
      'queryPartitionSplit',
      'controlPartitionSplit',
      'startBulkLoad',
      'controlBulkLoad',
      'queryBulkLoad',
      'clearBulkLoad',
      'startBackupApp',
      'startRestore',
      'queryBackupStatus',
    ]);
    // Ours also asks so to learn of the meta servers.
    if (lines[0] === 'cluster-info') methods.add('clusterInfo');
    const sent: unknown[] = [];
    let table = '';
    let [out, err] = ['', ''];
    for (const line of lines) {
      const { entry, argv } = index.find(splitAdminCli(line), 'admin-cli')!;
      const command: AnyCommand = (await entry.load()).default;
      const got = await ran(command, argv, { meta, servers, session: { table } });
      table = got.session.table;
      out += got.out;
      err += got.exitCode === 2 ? `error: ${got.err}` : got.err;
      sent.push(...got.sent.filter(([method]) => methods.has(method)).map(asRecorded));
    }
    // The original's shell tells of errors on stdout.
    const inShell = lines.length > 1;
    const [ours, recorded] = inShell
      ? [[out + err], [stdout]]
      : [
          [out, err],
          [stdout, stderr],
        ];
    if (name in PANICS) expect(ours).not.toEqual(recorded);
    else expect(ours.map(anyDisk)).toEqual(recorded.map(anyDisk));
    // What nobody answered is not in the recording; how many disks are looked at depends on which comes first.
    if (fault === null || !UNRECORDED.includes(fault)) expect(sent).toEqual(requests);
  });
});

/** Of several full disks the original names any, and of servers that are as full as each other. */
function anyDisk(text: string): string {
  return text
    .replace(/disk\([\d.:]+@\w+\)/, 'disk(…)')
    .replace(/(?<=(high|low) node = \[replica\])[^[]+/g, '…');
}

const TO_SERVERS = ['queryDiskInfo', 'addNewDisk', 'migrateReplicaDisk'];

/** A request as it was recorded: whom it went to and how long it may take is told elsewhere. */
function asRecorded([method, ...request]: Ran['sent'][number]): [method: string, request: unknown] {
  if (method === 'command') return [method, { cmd: request[1], arguments: request[2] }];
  // A blank ends what is asked for in the first line of a request.
  if (method === 'get') return [method, { path: String(request[1]).split(' ')[0] }];
  if (method === 'createApp') return [method, withoutEnvs(request[0] as CreateRequest)];
  if (!TO_SERVERS.includes(method)) return [method, request[0]];
  const { node1: _, ...message } = request[1] as Record<string, unknown>;
  return [method, message];
}

type CreateRequest = { readonly options: { readonly envs: ReadonlyMap<string, string> } };

function withoutEnvs({ options: { envs: _, ...options }, ...request }: CreateRequest): unknown {
  return { ...request, options };
}

describe('on the local engine', () => {
  test('servers, one after another in the order of their names', async () => {
    const { stdout, exitCode } = await workspace.run('server-info');
    expect(stdout).toMatch(
      /\| meta {4}\| localhost\(127\.0\.0\.1:34601\) \| \{"build_type":"Release","git_SHA":"/,
    );
    expect(stdout.match(/\| replica \| localhost/g)).toHaveLength(3);
    expect(exitCode).toBe(0);
  });

  test('remote commands', async () => {
    expect(await workspace.run('remote-command replica -n 127.0.0.1:34802 foo a "b c"')).toEqual({
      stdout:
        'CMD: foo [a b c]\n\n  [replica]localhost(127.0.0.1:34802)  \n---------------------------------------\n' +
        "unknown command 'foo'\n\n",
      stderr: '',
      exitCode: 0,
    });
    expect((await workspace.run('remote-command replica -n 127.0.0.1:34601 foo')).stderr).toBe(
      'error: node([meta]localhost(127.0.0.1:34601)) is not replica\n',
    );
    expect((await workspace.run('remote-command meta meta.live_percentage')).stdout).toContain(
      '{\n  "error": "ok",\n  "meta.live_percentage": "65"\n}\n\n',
    );
  });

  test('lines of a shell: quotes, continuation, exit', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pegsh-lines-')), 'lines');
    writeFileSync(
      file,
      "create -p= 4 quoted\nuse \"temp\nuse te\\ mp\nuse 'quoted'\n\n   \nls \\\n  --drop\nhelp nope\nexit\nls\n",
    );
    const own = await createWorkspace({ environment: { PEGSH_DIALECT: 'admin-cli' } });
    const { stdout, stderr } = await own.run(`run --keep-going ${file}`);
    await own.dispose();
    // `err-int-empty-eq`, then `shell-parse`.
    expect(stdout).toMatch(
      /^Creating table "quoted" \(AppID: \d\)\nAvailable partitions:\n(.* 100\.00% .*)?Done!\nok\n\+-+\+\n/,
    );
    expect(stdout.match(/^\+-+\+$/gm)).toHaveLength(3);
    expect(stderr.split('\n').filter((line) => !line.includes('failed (exit code'))).toEqual([
      'error: invalid args: no closing quotation',
      "error: table(te mp) doesn't exist",
      'error: command not found',
      '',
    ]);
  });

  // `shell-help`, and by asking the original.
  test('the shell lists what only it has, and not the flags of the program', async () => {
    const alone = await workspace.run('help');
    const inShell = async (line: string) => {
      const file = join(mkdtempSync(join(tmpdir(), 'pegsh-lines-')), 'lines');
      writeFileSync(file, line);
      return (await workspace.run(`run ${file}`)).stdout;
    };
    expect(await inShell('help')).toBe(
      alone.stdout
        .replace(/Usage:\n.*\n\n/, '')
        .replace(/Flags:\n[\s\S]*$/, '')
        .replace(/^ {2}cluster-info/m, '  clear                     clear the screen\n$&')
        .replace(/^ {2}help/m, '  exit                      exit the shell\n$&'),
    );
    expect(await inShell('exit -h')).toBe(
      '\nexit the shell\n\nUsage:\n  exit [flags]\n\nFlags:\n  -h, --help     display help\n\n',
    );
    expect(await inShell('help help')).toBe(
      "\nuse 'help [command]' for command help\n\nUsage:\n  help [command...]\n\n" +
        'Args:\n  command  string list    the name of the command\n\n',
    );
  });

  test('disks', async () => {
    const { stdout } = await workspace.run('disk-capacity -n 127.0.0.1:34801');
    expect(stdout).toMatch(/^\| default \| \d+ +\| \d+ +\| \d+ +\|$/m);
    expect(await workspace.run('disk-replica -n 127.0.0.1:34801 -t nosuch')).toMatchObject({
      stderr:
        'error: QueryDiskInfo to session [127.0.0.1:34801(replica)] failed: ErrorCode({Errno:ERR_OBJECT_NOT_FOUND})\n',
      exitCode: 1,
    });
    expect((await workspace.run('add-disk -n 127.0.0.1:34801 -d ssd2:/data/ssd2')).stdout).toBe(
      'Node[127.0.0.1:34801] add new disk succeed\n',
    );
    const { stdout: json } = await workspace.run('--json disk-replica -n 127.0.0.1:34801');
    expect(JSON.parse(json)[1]).toEqual({ disk: 'ssd2', primary: 0, secondary: 0, total: 0 });
  });

  test('what a server is told it goes by until it ends', async () => {
    const asked = async () =>
      (await workspace.run('remote-command meta -n 127.0.0.1:34601 meta.live_percentage')).stdout;
    await workspace.run('remote-command meta -n 127.0.0.1:34601 meta.live_percentage 50');
    expect(await asked()).toContain('"meta.live_percentage": "50"');
    await workspace.run('node restart meta1');
    expect(await asked()).toContain('"meta.live_percentage": "65"');
  });

  beforeAll(async () => {
    for (const line of ['create -p 4 temp', 'use temp']) await workspace.run(line);
  });

  test('envs', async () => {
    expect(await workspace.run('table-env set default_ttl 100')).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 0,
    });
    expect((await workspace.run('table-env ls')).stdout).toBe('{\n  "default_ttl": "100"\n}\n');
    expect(await workspace.run('table-env set badkey 1')).toEqual({
      stdout: '',
      stderr:
        'error: failed to update app envs:\nErr:UpdateAppEnv failed: ErrorCode({Errno:ERR_INVALID_PARAMETERS}) ' +
        "[hint: app_env 'badkey' is not supported]\n",
      exitCode: 1,
    });
    await workspace.run('table-env clear');
    expect((await workspace.run('table-env list')).stdout).toBe('{}\n');
  });

  test('a compaction from its start to its end', async () => {
    const query = async () => workspace.run('manual-compaction query -a temp');
    const none = {
      stdout: '',
      stderr:
        'error: QueryManualCompact failed: ErrorCode({Errno:ERR_INVALID_STATE}) ' +
        '[hint: app temp is not manual compaction]\n',
      exitCode: 1,
    };
    expect(await query()).toEqual(none);
    expect(await workspace.run('manual-compaction start -a temp -l 2 -c 1 -b')).toEqual({
      stdout: 'Table temp start manual compaction succeed\n',
      stderr: '',
      exitCode: 0,
    });
    expect(await query()).toEqual(none);
    const { stdout: envs } = await workspace.run('table-env list');
    expect(envs).toMatch(
      /^{\n {2}"manual_compact.max_concurrent_running_count": "1",\n {2}"manual_compact.once.bottommost_level_compaction": "force",\n {2}"manual_compact.once.target_level": "2",\n {2}"manual_compact.once.trigger_time": "\d+"\n}\n$/,
    );
    await workspace.run('clock advance 10m');
    await workspace.run('table-env clear');
    expect((await query()).stdout).toBe('Table temp manual compaction progress is 100\n');
    expect(JSON.parse((await workspace.run('--json manual-compaction query -a temp')).stdout)).toEqual({
      table: 'temp',
      progress: 100,
    });
    expect((await workspace.run('manual-compaction start -a nosuch')).stderr).toBe(
      'error: StartManualCompact failed: ErrorCode({Errno:ERR_APP_NOT_EXIST}) [hint: app nosuch is not existed]\n',
    );
  });

  test('the level of the meta server', async () => {
    expect((await workspace.run('meta-level set LIVELY')).stdout).toBe(
      'Successfully update meta function level from "fl_steady" to "fl_lively"\n',
    );
    expect((await workspace.run('meta-level')).stdout).toBe('{\n  "meta_level": "fl_lively"\n}\n');
    expect(await workspace.run('meta-level set high')).toMatchObject({
      stderr: 'error: not a valid MetaFunctionLevel string\n',
      exitCode: 2,
    });
    await workspace.run('meta-level set steady');
  });

  test('a table that is dropped comes back', async () => {
    await workspace.run('drop temp');
    expect(await workspace.run('recall 1 again')).toMatchObject({
      stdout: 'Recalling table "again", Available partitions:\nDone!\n',
      exitCode: 0,
    });
    expect((await workspace.run('recall 99')).stderr).toBe(
      'error: RecallApp failed: ErrorCode({Errno:ERR_APP_NOT_EXIST})\n',
    );
  });

  test('JSON', async () => {
    const json = async (line: string) => JSON.parse((await workspace.run(`--json ${line}`)).stdout);
    await workspace.run('use again');
    expect(await json('cluster-info')).toMatchObject({
      cluster_name: 'onebox',
      meta_function_level: 'steady',
    });
    expect(await json('meta-level')).toEqual({ meta_level: 'fl_steady' });
    expect(await json('table-env list')).toEqual({ envs: {} });
    expect(await json('table-env set default_ttl 5')).toEqual({
      op: 'APP_ENV_OP_SET',
      keys: ['default_ttl'],
      values: ['5'],
    });
    const distribution = await json('table-partitions');
    expect(distribution.nodes[0]).toEqual({
      node: 'localhost(127.0.0.1:34801)',
      status: 'NS_ALIVE',
      primary: expect.any(Number),
      secondary: expect.any(Number),
    });
    expect(distribution.partitions[3]).toMatchObject({ pidx: 3, secondaries: { length: 2 } });
    expect(await json('help use')).toHaveProperty('help');
  });
});
