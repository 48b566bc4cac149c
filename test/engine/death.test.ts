import { expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import { Death, DyingDisk } from '../../src/host/dying-disk.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { openLocal } from '../../src/rpc/transport/local.ts';
import type { Transport } from '../../src/rpc/transport/transport.ts';
import { chanceOf, places } from '../storage/places.ts';
import { dump } from '../storage/support.ts';
import { diskOf } from '../storage/workspace-image.ts';

/** Operations at which each command is interrupted, if it is not told otherwise. */
const USUAL = 25;

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
  const disk = new MemoryFileSystem();
  let interruptions = 0;
  for (let index = 0; index < COMMANDS.length; index++) {
    const before = dump(disk, '/w');
    const counting = new DyingDisk(diskOf(before));
    await runCommand(counting, index, 1);
    await runCommand(disk, index, 1);
    const states = [contents(diskOf(before)), contents(disk)];
    for (const k of places(counting.operations, USUAL, chanceOf())) {
      const memory = diskOf(before);
      const dying = new DyingDisk(memory, k, k % 2 === 0 ? 'half' : 'before');
      await expect(runCommand(dying, index, 1)).rejects.toThrow(Death);
      openLocal({ directory: '/w', host: memoryHost(() => 0, memory, 2), clock: 'manual' }).close();
      const survived = contents(memory);
      const isWhole = index === 0 || states.some((state) => holds(survived, state));
      expect(isWhole, `died at operation ${k} of command ${index}`).toBe(true);
      interruptions++;
    }
  }
  expect(interruptions).toBeGreaterThan(100);
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
