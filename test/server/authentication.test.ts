import { afterEach, beforeEach, expect, test } from 'vitest';
import { setConfig } from '../../src/engine/control/config.ts';
import { changeServer } from '../../src/engine/control/nodes.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { NegotiationStatus } from '../../src/rpc/idl/security.ts';
import { type Served, served, ThftClient } from './support/served.ts';

let it: Served;
let client: ThftClient;

beforeEach(async () => {
  it = await served();
  client = await ThftClient.connect(it.meta(1));
});
afterEach(() => it.stop());

const negotiate = (status: NegotiationStatus, mechanism = '') =>
  client.call(methods.negotiate, { status, msg: new Uint8Array(Buffer.from(mechanism)) });

/** Servers read it when they start. */
async function demand(...settings: string[]): Promise<void> {
  it.simulation.change((universe) => {
    for (const key of settings) setConfig(universe, { name: 'onebox', key, value: 'true' });
    for (const action of ['kill', 'start'] as const)
      changeServer(universe, { cluster: 'onebox', node: 'meta1', action });
  });
  it.server.follow();
  client = await ThftClient.connect(it.meta(1));
}

test('who asks for authentication where there is none is told so', async () => {
  expect(await negotiate('SASL_LIST_MECHANISMS')).toMatchObject({ status: 'SASL_AUTH_DISABLE' });
});

test('where it is demanded, requests of clients without credentials are dropped without a word', async () => {
  await demand('security.enable_auth', 'security.mandatory_auth');
  let isAnswered = false;
  void client.call(methods.queryConfig, { app_name: 'temp', partition_indices: [] }).then(() => {
    isAnswered = true;
  });
  expect(await negotiate('SASL_LIST_MECHANISMS')).toMatchObject({
    msg: new Uint8Array(Buffer.from('GSSAPI')),
  });
  expect(isAnswered).toBe(false);
});

test('the handshake ends with the connection: nobody has a ticket for a simulated server', async () => {
  await demand('security.enable_auth');
  expect(await negotiate('SASL_SELECT_MECHANISMS', 'GSSAPI')).toMatchObject({
    status: 'SASL_SELECT_MECHANISMS_RESP',
  });
  void negotiate('SASL_INITIATE', 'token');
  await client.closed;
});
