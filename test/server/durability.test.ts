import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { ThftClient } from './support/served.ts';

const BINARY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const WRITES = 500;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pegsh-serve-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Ready {
  readonly clusters: readonly { readonly metas: readonly string[] }[];
}

/** The built binary, as soon as it listens. */
async function serving() {
  const readyFile = join(directory, 'ready.json');
  rmSync(readyFile, { force: true });
  const args = [
    '-w',
    join(directory, 'w'),
    'serve',
    '--port',
    '0',
    '--table',
    'temp:4',
    '--ready-file',
    readyFile,
  ];
  const child = spawn(process.execPath, [BINARY, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => existsSync(readyFile) && resolve());
    child.on('exit', () => reject(new Error('it ended before it listened')));
  });
  const { clusters } = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
  return { child, ended, meta: clusters[0]!.metas[0]! };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const keyOf = (n: number): Uint8Array => encodeKey(bytes(`h${n}`), bytes('s'));
const pidxOf = (n: number): number => Number(crc64(bytes(`h${n}`)) % 4n);

async function primaries(meta: string) {
  const client = await ThftClient.connect(meta);
  const request = { app_name: 'temp', partition_indices: [] };
  const { app_id: appId, partitions } = (await client.call(methods.queryConfig, request)) as QueryCfgResponse;
  client.end();
  const clients = await Promise.all(partitions.map(({ primary }) => ThftClient.connect(primary)));
  return { appId, clients };
}

test('kill -9 loses nothing that was answered; SIGTERM leaves a clean workspace', async () => {
  const first = await serving();
  const { appId, clients } = await primaries(first.meta);
  const acknowledged: number[] = [];
  const writes = Array.from({ length: WRITES }, async (_, n) => {
    const request = { key: keyOf(n), value: bytes(`v${n}`), expire_ts_seconds: 0 };
    const pidx = pidxOf(n);
    await clients[pidx]!.call(methods.put, request, { appId, pidx });
    acknowledged.push(n);
    if (acknowledged.length === WRITES / 2) first.child.kill('SIGKILL');
  });
  void Promise.allSettled(writes);
  await first.ended;
  expect(acknowledged.length).toBeGreaterThanOrEqual(WRITES / 2);

  const second = await serving();
  const again = await primaries(second.meta);
  for (const n of acknowledged) {
    const pidx = pidxOf(n);
    const reply = await again.clients[pidx]!.call(methods.get, { key: keyOf(n) }, { appId, pidx });
    expect(reply).toMatchObject({ error: 0, value: bytes(`v${n}`) });
  }
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(existsSync(join(directory, 'w', 'lock'))).toBe(false);
  expect(readFileSync(join(directory, 'w', 'journal.jsonl'), 'utf8')).toBe('');
});
