import { expect, test } from 'vitest';
import diskCapacity from '../../src/commands/admin-cli/disk-capacity.ts';
import nodes from '../../src/commands/admin-cli/nodes.ts';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { ran } from './support/fake-context.ts';
import { stubCluster } from './support/stub-cluster.ts';

/** The original, of a server behind a proxy that takes the request and answers nothing, or ends the connection. */
test.each(['ERR_TIMEOUT', 'ERR_NETWORK_FAILURE'])(
  'a server that was there when it was asked: %s',
  async (code) => {
    const servers = { queryDiskInfo: new RpcError(code, 'RPC_QUERY_DISK_INFO', '', true) };
    const { err } = await ran(diskCapacity, ['-n', '127.0.0.1:34801'], { meta: stubCluster(null), servers });
    expect(err).toBe('error: context deadline exceeded\n');
  },
);

/** The original, of a meta server that does not answer. */
test('tables that nobody tells of are named', async () => {
  const meta = { ...stubCluster(null), queryConfig: new RpcError('ERR_TIMEOUT', 'queryConfig') };
  const { err } = await ran(nodes, [], { meta });
  const told = (table: string) => `query config failed for "${table}" : context deadline exceeded`;
  expect(err).toBe(`error: [${['stat', 'temp', 'sick'].map(told).join(', ')}]\n`);
});
