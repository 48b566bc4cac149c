import { afterAll, beforeAll, expect, test } from 'vitest';
import migrator from '../../src/commands/admin-cli/table-migrator.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';
import { ran } from './support/fake-context.ts';
import { stubCluster, stubServers } from './support/stub-cluster.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'admin-cli' } });
  for (const line of ['cluster create slave', 'create -p 4 temp']) await workspace.run(line);
});
afterAll(() => workspace.dispose());

/** golden/admin-cli/stub/table-migrator.pipe.txt: after these lines the original dies. */
const RECORDED = `INFO: set pendingMutationThreshold = 100000 means that server will reject all write and ready to switch cluster if the pending less the value
INFO: check the table data version
INFO: create the table duplication to slave
successfully add duplication [dupid: 1700000003]
INFO: check pending mutation count if less 100000
`;

test('servers of Pegasus as it is now have no such counter', async () => {
  const { stdout, stderr, exitCode } = await workspace.run(
    'table-migrator -t temp -c slave -m 127.0.0.1:35601',
  );
  expect(stdout.replace(/(?<=dupid: )\d+/, '1700000003')).toBe(RECORDED);
  expect(stderr).toBe('error: get pending_mutations_count perfcounter size must be 1, but now is 0\n');
  expect(exitCode).toBe(1);
  expect((await workspace.run('--json --dialect cpp-shell query_dup temp -d')).stdout).toContain(
    '"remote": "slave"',
  );
});

test.each([
  ['-t nosuch -c slave', "table(nosuch) doesn't exist", 1],
  ['-t temp -c nosuch', 'AddDuplication failed: ErrorCode({Errno:ERR_INVALID_PARAMETERS})', 1],
  ['-t temp -c slave -r /proxy', 'pegsh does not speak with ZooKeeper', 2],
])('%s', async (words, said, code) => {
  const { stderr, exitCode } = await workspace.run(`table-migrator ${words}`);
  expect(stderr).toContain(`error: ${said}`);
  expect(exitCode).toBe(code);
});

/** Servers of before 2.6, whose counters become smaller each time that they are looked at. */
function servers(pending: number[], shipping: number[]) {
  const told = (values: number[], name: string) =>
    JSON.stringify({ counters: [{ name, value: String(values.shift() ?? 0) }] });
  return {
    ...stubServers(null),
    command: (_: unknown, __: string, [name]: string[]) =>
      name === 'pending_mutations_count' ? told(pending, name) : told(shipping, `${name}.1`),
  };
}

const meta = {
  ...stubCluster(null),
  addDuplication: { err: 'ERR_OK', dupid: 1_700_000_003 },
};

test('where they have it, writes are refused as soon as little is pending, until all is shipped', async () => {
  const { out, err, sent, exitCode } = await ran(migrator, ['-t', 'temp', '-c', 'slave', '-p', '10'], {
    meta,
    servers: servers([11, 10, 9, 8], [0, 3, 0]),
  });
  expect(err).toBe('');
  expect(exitCode).toBe(0);
  expect(out).toBe(
    `${RECORDED.replaceAll('100000', '10')}WARN: localhost(127.0.0.1:34801) has pending_mutations_count 11
INFO: all the node pending_mutations_count has less 10
INFO: set env config deny write request
INFO: check duplicate qps if equal 0
WARN: localhost(127.0.0.1:34802)[2.1] still sending pending mutation 3
INFO: all the node has stop duplicate the pending wal and wait 30s to switch cluster
INFO: switch table addrs in metaproxy
WARN: can't switch cluster via metaproxy for you don't specify enough meta proxy info, please manual-switch the table cluster!
`,
  );
  const changes = sent.filter(([method]) => method === 'addDuplication' || method === 'updateAppEnv');
  expect(changes.map(([, request]) => request)).toEqual([
    { app_name: 'temp', remote_cluster_name: 'slave', is_duplicating_checkpoint: true },
    {
      app_name: 'temp',
      op: 'APP_ENV_OP_SET',
      keys: ['replica.deny_client_request'],
      values: ['timeout*write'],
    },
  ]);
});
