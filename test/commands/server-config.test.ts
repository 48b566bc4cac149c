import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Pegsh, WAYS } from '../support/pegsh.ts';

/** Asked over HTTP where there are sockets, else by a call of the same answer. */
describe.each(['in this process', 'over TCP'] as const)('%s', (way) => {
  let pegsh: Pegsh;
  beforeAll(async () => {
    pegsh = await WAYS[way]!(['create -p 4 temp'], { PEGSH_DIALECT: 'admin-cli' });
  });
  afterAll(() => pegsh.close());

  const asked = async (line: string) => (await pegsh.run(line)).stdout;
  /** Over TCP servers stand in the order of the ports that they happen to have. */
  const sorted = (text: string) => text.split('\n').sort();

  test('a setting of one server, until it is told another', async () => {
    const get = 'server-config replica config_sync_interval_ms get';
    const set = 'server-config replica -n 127.0.0.1:34802 config_sync_interval_ms set 60000';
    const value = (node: number, ms: number) =>
      `[localhost(127.0.0.1:3480${node})] config_sync_interval_ms=${ms}\n`;
    expect(sorted(await asked(get))).toEqual(
      sorted(`CMD: get \n${value(1, 30_000)}${value(2, 30_000)}${value(3, 30_000)}`),
    );
    expect(await asked(set)).toBe('CMD: set \n[localhost(127.0.0.1:34802)] ERR_OK\n');
    expect(sorted(await asked(get))).toEqual(
      sorted(`CMD: get \n${value(1, 30_000)}${value(2, 60_000)}${value(3, 30_000)}`),
    );
  });

  test('every meta server is asked, leading or not', async () => {
    expect(
      (await asked('server-config meta list')).match(/\[meta_server\] balance_cluster=false/g),
    ).toHaveLength(3);
    expect(await asked('server-config meta -n 127.0.0.1:34602 fd_grace_seconds get')).toBe(
      'CMD: get \n[localhost(127.0.0.1:34602)] fd_grace_seconds is not config on meta\n',
    );
  });

  test('the data version of the table in use', async () => {
    expect(await asked('use temp')).toBe('ok\n');
    expect(await asked('data-version')).toBe('{\n  "data_version": "1"\n}\n');
  });
});

test('a server that does not run refuses the connection', async () => {
  const pegsh = await WAYS['in this process']!(['node kill replica2'], { PEGSH_DIALECT: 'admin-cli' });
  const url = 'http://127.0.0.1:34802/config?name=mandatory_auth';
  expect((await pegsh.run('server-config replica -n 127.0.0.1:34802 mandatory_auth get')).stdout).toBe(
    `CMD: get \n[localhost(127.0.0.1:34802)] failed to call "${url}": Get "${url}": ` +
      'dial tcp 127.0.0.1:34802: connect: connection refused\n',
  );
  await pegsh.close();
});
