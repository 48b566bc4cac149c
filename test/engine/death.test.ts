import { expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { openLocal } from '../../src/rpc/transport/local.ts';
import type { Transport } from '../../src/rpc/transport/transport.ts';
import { Death, DyingDisk } from '../storage/dying-disk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function clients(transport: Transport) {
  const meta = createMetaClient(transport);
  return {
    control: createControlClient(transport),
    meta,
    data: createDataClient(transport, meta),
    transport,
  };
}

type Clients = ReturnType<typeof clients>;

const table = {
  app_name: 't',
  options: {
    partition_count: 2,
    replica_count: 1,
    success_if_exist: true,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  },
};

/** One process and one change each, as most of a person's commands are. */
const COMMANDS: readonly ((to: Clients) => Promise<unknown>)[] = [
  ({ control }) => control.createCluster({ name: 'B', metas: 1, replicas: 1, auth: false, defects: [] }),
  ({ meta }) => meta.createApp(table),
  ({ transport }) => transport.sleep(10_000),
  ({ data }) => data.table('t').set(bytes('a'), bytes('s'), bytes('1')),
  ({ data }) => data.table('t').set(bytes('b'), bytes('s'), bytes('2')),
  ({ meta }) =>
    meta.addDuplication({ app_name: 't', remote_cluster_name: 'B', is_duplicating_checkpoint: true }),
  ({ transport }) => transport.sleep(30_000),
  ({ control }) => control.changeNode({ cluster: 'onebox', node: 'replica1', action: 'restart' }),
  ({ transport }) => transport.sleep(1000),
  ({ data }) => data.table('t').del(bytes('a'), bytes('s')),
  ({ transport }) => transport.sleep(90_000),
  ({ meta }) => meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } }),
];

async function runCommand(fs: FileSystem, index: number, pid: number): Promise<void> {
  const engine = openLocal({ directory: '/w', host: memoryHost(() => 0, fs, pid), clock: 'manual' });
  await COMMANDS[index]?.(clients(engine.transport('')));
  engine.close();
}

/** What is in the workspace, file by file; what nothing refers to (a checkpoint whose commit never came) is left out. */
function contents(fs: FileSystem, directory = '/w'): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of fs.list(directory)) {
    const path = `${directory}/${name}`;
    if (fs.stat(path)?.directory) for (const [key, value] of contents(fs, path)) found.set(key, value);
    else if (!/format\.json$|lock|\.tmp$/.test(name))
      found.set(path, Buffer.from(fs.read(path) ?? []).toString());
  }
  return found;
}

function holds(actual: Map<string, string>, expected: Map<string, string>): boolean {
  const isSame = [...expected].every(([path, text]) => actual.get(path) === text);
  return (
    isSame && [...actual.keys()].every((path) => expected.has(path) || path.includes('/data/checkpoint.'))
  );
}

test('a command whose process dies at any file operation has happened whole, or not at all', async () => {
  const clean = new DyingDisk(new MemoryFileSystem());
  const boundaries = [0];
  const states: Map<string, string>[] = [new Map()];
  for (let i = 0; i < COMMANDS.length; i++) {
    await runCommand(clean, i, 1);
    boundaries.push(clean.operations);
    states.push(contents(clean));
    clean.operations = boundaries.at(-1) ?? 0;
  }
  expect(clean.operations).toBeGreaterThan(200);

  for (let k = 1; k <= clean.operations; k++) {
    const memory = new MemoryFileSystem();
    const dying = new DyingDisk(memory, k, k % 2 === 0 ? 'half' : 'before');
    let done = 0;
    try {
      for (; done < COMMANDS.length; done++) await runCommand(dying, done, 1);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    }
    expect(done).toBeLessThan(COMMANDS.length);
    openLocal({ directory: '/w', host: memoryHost(() => 0, memory, 2), clock: 'manual' }).close();
    const survived = contents(memory);
    const candidates = [states[done], states[done + 1]].filter((state) => state !== undefined);
    const isWhole = candidates.some((state) => holds(survived, state)) || done === 0;
    expect(isWhole, `died at operation ${k}, in command ${done}`).toBe(true);
  }
});

test('the same commands leave the same bytes', async () => {
  const runs = await Promise.all(
    [1, 2].map(async (pid) => {
      const fs = new MemoryFileSystem();
      for (let i = 0; i < COMMANDS.length; i++) await runCommand(fs, i, pid);
      return contents(fs);
    }),
  );
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]?.size).toBeGreaterThan(10);
});
