import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeServer } from '../../src/engine/control/nodes.ts';
import { rdsnFrame, readRdsn, readRdsnPayload } from '../../src/rpc/codec/rdsn.ts';
import { ForwardTo } from '../../src/rpc/idl/arguments.ts';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { ScanResponse } from '../../src/rpc/idl/scan.ts';
import { getScannerRequest } from '../support/read-requests.ts';
import { dial, type Served, served, ThftClient } from './support/served.ts';

let it: Served;

beforeEach(async () => {
  it = await served();
});

afterEach(async () => {
  await it.stop();
});

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

async function config(client: ThftClient): Promise<QueryCfgResponse> {
  return (await client.call(methods.queryConfig, {
    app_name: 'temp',
    partition_indices: [],
  })) as QueryCfgResponse;
}

function change(action: 'kill' | 'start'): void {
  it.simulation.change((universe) => changeServer(universe, { cluster: 'onebox', node: 'replica1', action }));
  it.server.follow();
}

describe('clients in Go, Java, Python and Node', () => {
  test('find the primary, write, and read what they wrote', async () => {
    const meta = await ThftClient.connect(it.meta(1));
    const { app_id: appId, partitions } = await config(meta);
    const pidx = Number(crc64(bytes('hash')) % 4n);
    const primary = await ThftClient.connect(partitions[pidx]!.primary);
    const key = encodeKey(bytes('hash'), bytes('sort'));
    const put = await primary.call(
      methods.put,
      { key, value: bytes('value'), expire_ts_seconds: 0 },
      { appId, pidx },
    );
    expect(put).toMatchObject({ error: 0, app_id: appId, partition_index: pidx, decree: 1 });
    const get = await primary.call(methods.get, { key }, { appId, pidx });
    expect(get).toMatchObject({ error: 0, value: bytes('value') });
  });

  test('are told where the servers really listen, in one form of address only', async () => {
    const meta = await ThftClient.connect(it.meta(1));
    const [first] = (await config(meta)).partitions;
    const members = [first!.primary, ...first!.secondaries].sort();
    expect(members).toEqual([it.replica(1), it.replica(2), it.replica(3)].sort());
    expect(first!.hp_primary).toBeUndefined();
  });

  test('are sent on by meta servers that do not lead', async () => {
    const follower = await ThftClient.connect(it.meta(2));
    const reply = await config(follower);
    expect(reply.err).toBe('ERR_FORWARD_TO_OTHERS');
    expect(reply.partitions[0]!.primary).toBe(it.meta(1));
    expect(await follower.call(methods.listNodes, { status: 'NS_INVALID' })).toEqual({
      err: 'ERR_FORWARD_TO_OTHERS',
      infos: [],
    });
  });

  test('call remote commands on any server', async () => {
    for (const address of [it.meta(1), it.meta(2), it.replica(1)]) {
      const client = await ThftClient.connect(address);
      const help = await client.call(methods.callCommand, { cmd: 'help', arguments: [] });
      expect(help).toEqual({ success: expect.stringContaining('server-info - Query server information\n') });
      const unknown = await client.call(methods.callCommand, { cmd: 'nosuch', arguments: [] });
      expect(unknown).toEqual({ success: "unknown command 'nosuch'" });
    }
  });

  test('hear of what nobody handles', async () => {
    const replica = await ThftClient.connect(it.replica(1));
    expect(await replica.call(methods.listNodes, { status: 'NS_INVALID' })).toBe('ERR_HANDLER_NOT_FOUND');
    const elsewhere = { appId: 99, pidx: 0 };
    expect(await replica.call(methods.get, { key: bytes('\0\0') }, elsewhere)).toBe('ERR_OBJECT_NOT_FOUND');
  });

  test('lose their connections with the server, and find it again where it was', async () => {
    const client = await ThftClient.connect(it.replica(1));
    const address = it.replica(1);
    change('kill');
    await client.closed;
    await expect(dial(address)).rejects.toThrow('ECONNREFUSED');
    change('start');
    (await dial(address)).destroy();
    expect(it.events.map(({ event }) => event)).toContain('server-down');
  });
});

describe('the clusters’ time is another one than the clients’', () => {
  /** Seconds since 2016, as clients reckon. */
  const expiryIn = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds - 1_451_606_400;

  async function primaryOf(hashKey: string) {
    const { app_id: appId, partitions } = await config(await ThftClient.connect(it.meta(1)));
    const pidx = Number(crc64(bytes(hashKey)) % 4n);
    const client = await ThftClient.connect(partitions[pidx]!.primary);
    return { client, place: { appId, pidx }, key: encodeKey(bytes(hashKey), bytes('s')) };
  }

  /** Of the clusters, in seconds after that of the clients. */
  test.each([undefined, 3600])('a record lives as long as the client said (%s)', async (ahead) => {
    if (ahead !== undefined)
      it.simulation.change((universe) => void universe.timeline.moveTo((Date.now() + ahead * 1000) * 1000));
    const { client, place, key } = await primaryOf('h');
    await client.call(methods.put, { key, value: bytes('v'), expire_ts_seconds: expiryIn(100) }, place);
    const { ttl_seconds } = (await client.call(methods.ttl, { key }, place)) as { ttl_seconds: number };
    expect(ttl_seconds).toBeGreaterThan(97);
    expect(ttl_seconds).toBeLessThanOrEqual(102);
  });

  test('and a scan tells when it expires, as the client reckons', async () => {
    const { client, place, key } = await primaryOf('h');
    const expiry = expiryIn(1000);
    await client.call(methods.put, { key, value: bytes('v'), expire_ts_seconds: expiry }, place);
    const request = getScannerRequest({
      start_key: key,
      stop_key: encodeKey(bytes('h'), bytes('t')),
      return_expire_ts: true,
    });
    const { kvs } = (await client.call(methods.getScanner, request, place)) as ScanResponse;
    expect(Math.abs(kvs[0]!.expire_ts_seconds! - expiry)).toBeLessThanOrEqual(1);
  });
});

test('remote commands and their answers name servers where they listen', async () => {
  const replica = await ThftClient.connect(it.replica(1));
  const command = { cmd: 'replica.query-progress', arguments: [] };
  const { success } = (await replica.call(methods.callCommand, command)) as { success: string };
  expect(success).toContain(`@localhost:${it.replica(1).split(':')[1]}@`);
});

describe('who speaks RDSN to a meta server that does not lead', () => {
  async function asked(fromAddress: string) {
    const socket = await dial(it.meta(2));
    const header = {
      isRequest: true,
      id: 7n,
      traceId: 7n,
      name: methods.clusterInfo.code,
      rpcCode: 0,
      gpid: { app_id: 0, partition_index: 0 },
      threadHash: 0,
      partitionHash: 0n,
      timeoutMs: 1000,
      isForwarded: false,
      isForwardSupported: true,
      isBackupRequest: false,
      fromAddress,
      error: '',
    };
    const answered = once(socket, 'data');
    socket.write(rdsnFrame(header, { schema: methods.clusterInfo.request, value: {} }));
    const [frame] = (await answered) as [Buffer];
    socket.destroy();
    return readRdsn(frame);
  }

  test('is told who leads, as a client', async () => {
    const { header, body } = await asked('127.0.0.1:1');
    expect(header).toMatchObject({ id: 7n, error: 'ERR_FORWARD_TO_OTHERS' });
    expect(readRdsnPayload(body, ForwardTo)).toEqual({ address: it.meta(1) });
  });

  test('gets the answer of the leader, as a server', async () => {
    const { header, body } = await asked('127.0.0.1:34801');
    expect(header).toMatchObject({ id: 7n, error: 'ERR_OK' });
    expect(readRdsnPayload(body, methods.clusterInfo.response).err).toBe('ERR_OK');
  });
});
