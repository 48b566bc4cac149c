import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { splitAdminCli } from '../../src/shell/tokens.ts';
import { type Fakes, type Ran, ran } from './support/fake-context.ts';
import { fixture } from './support/golden.ts';
import { app, config, healthy, nodes, partition } from './support/replies.ts';

interface Case {
  readonly typed: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** What the real admin-cli printed, by the name of the case. */
const cases: Readonly<Record<string, Case>> = JSON.parse(fixture('admin-cli/cases.json'));

/** The words after `admin-cli -m …`, or in a piped session the last line typed. */
function lineOf({ typed }: Case): string {
  const piped = /^\$ printf '%s' "(.*)" \|/.exec(typed);
  return piped === null ? typed.replace(/^\$ admin-cli -m \S+ /, '') : piped[1]!.split('\\n').at(-2)!;
}

async function run(line: string, fakes: Fakes = {}): Promise<Ran> {
  const words = splitAdminCli(line);
  const found = COMMANDS.filter(({ dialect }) => dialect === 'admin-cli')
    .flatMap((entry) => [entry.name, ...entry.aliases].map((name) => ({ entry, name: name.split(' ') })))
    .filter(({ name }) => name.every((word, at) => words[at] === word))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (found === undefined) throw new Error(`no command in ${line}`);
  return ran((await found.entry.load()).default, words.slice(found.name.length), fakes);
}

describe('what cannot be understood', () => {
  /** Piped sessions tell of errors on stdout, after the `ok` of `use`. */
  const piped = ['dup-add-empty', 'dup-pause-noid'];
  const refused = Object.entries(cases).filter(([name, { stderr }]) => {
    return piped.includes(name) || (stderr !== undefined && /^err-|^use-quoted/.test(name));
  });

  test.each(refused)('%s', async (name, recorded) => {
    const table = piped.includes(name) ? 'temp' : '';
    const got = await run(lineOf(recorded), { session: { table } });
    const text = recorded.stderr ?? recorded.stdout!.replace(/^ok\n/, '');
    expect(`error: ${got.err}`).toBe(text);
    expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
  });
});

/** The table `sick` of the recorded stub: one partition well, one with two replicas, one alone, one with none. */
const sick = config(5, [
  partition(5, 0, 1, [2, 3]),
  partition(5, 1, 1, [2]),
  partition(5, 2, 1, []),
  partition(5, 3, 0, []),
]);
const throttled = new Map([['replica.write_throttling', '1000*delay*100,2000*reject*200']]);
const seconds = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;
const infos = [
  app(1, 'stat', 4, { create_second: seconds('2023-11-15') }),
  app(2, 'temp', 8, { create_second: seconds('2023-11-16'), envs: throttled }),
  app(5, 'sick', 4, { create_second: 0 }),
];
const queryConfig = ({ app_name }: { app_name: string }) =>
  app_name === 'sick' ? sick : healthy(1, app_name === 'stat' ? 4 : 8);

describe('list-tables', () => {
  test('tables', async () => {
    const got = await run('ls', { meta: { listApps: { err: 'ERR_OK', infos }, queryConfig } });
    expect(got).toMatchObject({ out: cases['list-tables']!.stdout, exitCode: 0 });
  });

  test('dropped tables', async () => {
    const dropped = app(3, 'old_table', 16, {
      drop_second: seconds('2023-11-20'),
      expire_second: seconds('2023-11-27'),
    });
    const got = await run('list-tables --drop', { meta: { listApps: { err: 'ERR_OK', infos: [dropped] } } });
    expect(got.out).toBe(cases['list-tables-drop']!.stdout);
    expect(got.sent).toEqual([['listApps', { status: 'AS_DROPPED' }]]);
  });

  test('none', async () => {
    const got = await run('ls', { meta: { listApps: { err: 'ERR_OK', infos: [] } } });
    expect(got.out).toBe(cases['empty-ls']!.stdout);
  });

  test('a name with control characters cannot drive the terminal', async () => {
    const evil = { err: 'ERR_OK', infos: [app(1, '\x1b[2J', 4)] };
    const got = await run('ls', { meta: { listApps: evil, queryConfig } });
    expect(got.out).toContain('| \\x1B[2J |');
  });
});

describe('nodes', () => {
  const repeat = (count: number, primary: number, secondaries: readonly number[]) =>
    Array.from({ length: count }, () => [primary, secondaries] as const);
  /** Placed so that each node holds what was recorded. */
  const placement = [
    ...repeat(6, 1, [2, 3]),
    ...repeat(5, 2, [1, 3]),
    ...repeat(3, 3, [1, 2]),
    ...repeat(1, 3, [2]),
  ].map(([primary, secondaries], pidx) => partition(1, pidx, primary, secondaries));
  const meta = {
    listApps: { err: 'ERR_OK', infos: [app(1, 't', 15)] },
    queryConfig: config(1, placement),
  };

  test.each([
    ['nodes', [true, true, true]],
    ['unalive-nodes', [true, true, true, false]],
  ])('%s', async (name, alive) => {
    const got = await run('nodes', { meta: { ...meta, listNodes: nodes(...alive) } });
    expect(got).toMatchObject({ out: cases[name]!.stdout, exitCode: 0 });
  });

  test('a replica on a node that is not listed', async () => {
    const got = await run('nodes', { meta: { ...meta, listNodes: nodes(true) } });
    expect(got).toMatchObject({
      out: '',
      err: 'error: fill nodes replica count info failed: inconsistent state: nodes are updated\n',
      exitCode: 1,
    });
  });

  test('a config query that fails', async () => {
    const busy = { ...config(1, []), err: 'ERR_BUSY' };
    const got = await run('nodes', { meta: { ...meta, listNodes: nodes(true), queryConfig: busy } });
    expect(got.err).toBe(
      'error: query config failed for "t" : query config failed: ErrorCode({Errno:ERR_BUSY})\n',
    );
  });
});

describe('use', () => {
  test('a table', async () => {
    const got = await run('use temp', { meta: { queryConfig } });
    expect(got).toMatchObject({ out: cases.use!.stdout, session: { table: 'temp' } });
  });

  test.each([
    ['use-nonexist', 'ERR_OBJECT_NOT_FOUND'],
    ['use-err', 'ERR_BUSY'],
  ])('%s', async (name, err) => {
    const recorded = cases[name]!;
    const got = await run(lineOf(recorded), {
      session: { table: 'before' },
      meta: { queryConfig: { ...config(0, []), err } },
    });
    expect(got).toMatchObject({ out: '', err: recorded.stderr, exitCode: 1, session: { table: 'before' } });
  });
});

describe('create and drop', () => {
  const ready = config(
    7,
    Array.from({ length: 4 }, (_, pidx) => partition(7, pidx, 1, [2, 3])),
  );

  test.each(['create', 'create-flags'])('%s', async (name) => {
    const looks = [{ ...ready, partitions: [] }, ready];
    const got = await run(lineOf(cases[name]!), {
      meta: { createApp: { err: 'ERR_OK', appid: 7 }, queryConfig: () => looks.shift() },
    });
    expect(got).toMatchObject({ out: cases[name]!.stdout, err: '', exitCode: 0 });
    const options = {
      partition_count: 4,
      replica_count: 3,
      success_if_exist: false,
      app_type: 'pegasus',
      is_stateful: true,
      envs: new Map(),
    };
    expect(got.sent[0]).toEqual(['createApp', { app_name: 'newtable', options }]);
  });

  test.each([
    ['rpcerr-create', { err: 'ERR_APP_EXIST', appid: 0 }],
    ['timeout-create', () => new RpcError('ERR_TIMEOUT', 'RPC_CM_CREATE_APP')],
  ])('%s', async (name, createApp) => {
    const got = await run(lineOf(cases[name]!), { meta: { createApp } });
    expect(got).toMatchObject({ out: '', err: cases[name]!.stderr, exitCode: 1 });
  });

  test('a table that never gets ready is given up after an hour', async () => {
    const got = await run('create t', {
      meta: { createApp: { err: 'ERR_OK', appid: 7 }, queryConfig: { ...ready, partitions: [] } },
    });
    expect(got).toMatchObject({
      out: 'Creating table "t" (AppID: 7)\nAvailable partitions:\n',
      err: 'error: table "t" is not ready after 3600 seconds: 0 of 4 partitions\n',
      exitCode: 1,
    });
  });

  test('drop', async () => {
    const got = await run('drop -r 100 temp', { meta: { dropApp: { err: 'ERR_OK' } } });
    expect(got.out).toBe('Dropped table "temp"\n');
    expect(got.sent).toEqual([
      ['dropApp', { app_name: 'temp', options: { success_if_not_exist: true, reserve_seconds: 100 } }],
    ]);
  });
});

describe('duplication', () => {
  const inUse = { session: { table: 'temp' } };
  const entries = [
    {
      dupid: 1700000001,
      status: 'DS_LOG',
      remote: 'slave_cluster',
      create_ts: 1700000001123,
      progress: new Map([
        [0, 12345],
        [2, -1],
        [10, 5],
      ]),
      fail_mode: 'FAIL_SLOW',
      remote_app_name: 'unknown to this client',
    },
    { dupid: 1700000002, status: 'DS_PAUSE', remote: 'bak', create_ts: 1700000002123, progress: new Map() },
  ];
  const shown = (name: string) => cases[name]!.stdout!.replace(/^ok\n/, '');

  test.each([
    ['dup-list', entries],
    ['dup-list-empty', []],
  ])('%s', async (name, entry_list) => {
    const got = await run(lineOf(cases[name]!), {
      ...inUse,
      meta: { queryDuplication: { err: 'ERR_OK', appid: 2, entry_list } },
    });
    expect(got.out).toBe(shown(name));
  });

  test('dup-add-p', async () => {
    const got = await run(lineOf(cases['dup-add-p']!), {
      ...inUse,
      meta: { addDuplication: { err: 'ERR_OK', appid: 2, dupid: 1700000003 } },
    });
    expect(got.out).toBe(shown('dup-add-p'));
    const request = {
      app_name: 'temp',
      remote_cluster_name: 'slave_cluster',
      is_duplicating_checkpoint: true,
    };
    expect(got.sent).toEqual([['addDuplication', request]]);
  });

  test.each([
    ['dup-remove', 'DS_REMOVED'],
    ['dup-start', 'DS_LOG'],
  ])('%s', async (name, status) => {
    const got = await run(lineOf(cases[name]!), {
      ...inUse,
      meta: { modifyDuplication: { err: 'ERR_OK', appid: 2 } },
    });
    expect(got.out).toBe(shown(name));
    expect(got.sent).toEqual([['modifyDuplication', { app_name: 'temp', dupid: 1700000001, status }]]);
  });

  test('a refusal with a hint', async () => {
    const hint = 'illegal operation: adding duplication to itself';
    const refused = { err: 'ERR_INVALID_PARAMETERS', appid: 0, dupid: 0, hint };
    const got = await run('dup add -c onebox', { ...inUse, meta: { addDuplication: refused } });
    expect(got).toMatchObject({
      out: '',
      err: `error: AddDuplication failed: ErrorCode({Errno:ERR_INVALID_PARAMETERS}) [hint: ${hint}]\n`,
      exitCode: 1,
    });
  });
});
