/** A command costs what it touches, however much else there is. */
import { expect, test } from 'vitest';
import { MemoryFileSystem, memoryHost } from '../../../src/host/memory-fs.ts';
import { createMetaClient } from '../../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../../src/rpc/client/replica/data.ts';
import { openLocal } from '../../../src/rpc/transport/local.ts';

class CountingFileSystem extends MemoryFileSystem {
  /** Paths that were read or written since `forget`, without what is particular to a process. */
  readonly touched = new Set<string>();

  override read(path: string): Uint8Array | undefined {
    const bytes = super.read(path);
    if (bytes !== undefined) this.touched.add(path);
    return bytes;
  }

  override write(path: string, offset: number, bytes: Uint8Array): void {
    this.touched.add(path);
    super.write(path, offset, bytes);
  }
}

function open(fs: CountingFileSystem) {
  const engine = openLocal({ directory: '/w', host: memoryHost(() => 0, fs), clock: 'manual', seed: 7 });
  const transport = engine.transport('onebox');
  const meta = createMetaClient(transport);
  return { engine, transport, meta, data: createDataClient(transport, meta) };
}

/** A workspace with so many tables that have been idle for a day; then what one process after the other touches. */
async function touchedAmong(tables: number) {
  const fs = new CountingFileSystem();
  const first = open(fs);
  for (let table = 1; table <= tables; table++) {
    const envs = new Map<string, string>();
    const options = { partition_count: 8, replica_count: 3, success_if_exist: true, app_type: 'pegasus' };
    await first.meta.createApp({ app_name: `t${table}`, options: { ...options, is_stateful: true, envs } });
    await first.transport.sleep(1000);
  }
  await first.transport.sleep(86_400_000);
  first.engine.close();
  const touched = async (use: (workspace: ReturnType<typeof open>) => Promise<unknown>) => {
    const workspace = open(fs);
    fs.touched.clear();
    await use(workspace);
    workspace.engine.close();
    return fs.touched.size;
  };
  const key = new TextEncoder().encode('user');
  return {
    day: await touched(({ transport }) => transport.sleep(86_400_000)),
    query: await touched(({ meta }) => meta.queryDuplication({ app_name: 't2' })),
    set: await touched(({ data }) => data.table('t2').set(key, key, key)),
  };
}

test('among thirty tables as many files are read and written as among three', async () => {
  const few = await touchedAmong(3);
  expect(await touchedAmong(30)).toEqual(few);
  expect(few.query).toBeLessThan(10);
  expect(few.day).toBeLessThan(10);
});
