import { checkWorkspace } from '../../../src/engine/fsck/check.ts';
import { openStore } from '../../../src/engine/storage/store.ts';
import { memoryHost } from '../../../src/host/memory-fs.ts';
import { createControlClient } from '../../../src/rpc/client/control.ts';
import { createMetaClient } from '../../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../../src/rpc/client/replica/data.ts';
import { createServersClient } from '../../../src/rpc/client/servers.ts';
import { openLocal } from '../../../src/rpc/transport/local.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface NewCluster {
  readonly auth?: boolean;
  readonly defects?: string[];
  readonly repairs?: string[];
}

/** A workspace in memory under the manual clock, with clients for the clusters that a scenario makes. */
export function openUniverse() {
  const host = memoryHost(() => 0);
  const engine = openLocal({
    directory: '/w',
    host,
    clock: 'manual',
    seed: 7,
    checked: true,
  });
  const transport = engine.transport('onebox');
  const control = createControlClient(transport);
  const clients = (cluster: string) => {
    const transport = engine.transport(cluster);
    const meta = createMetaClient(transport);
    return { meta, data: createDataClient(transport, meta), servers: createServersClient(transport) };
  };
  const seconds = (count: number) => transport.sleep(count * 1000);
  return {
    engine,
    files: host.fs,
    /** Lets another process have the workspace, which leaves all that was changed in the files. */
    letOthersIn() {
      engine.suspend();
      openStore({ directory: '/w', host }).close();
      engine.resume();
    },
    control,
    clients,
    seconds,
    /** Closes the workspace, and gives what is wrong with its files. */
    closeAndCheck() {
      engine.close();
      return checkWorkspace(host.fs, '/w');
    },
    async cluster(name: string, replicas: number, options: NewCluster = {}) {
      const { auth = false, defects = [], repairs = [] } = options;
      await control.createCluster({ name, metas: 1, replicas, auth, defects, repairs });
      await seconds(1);
    },
    async createTable(
      cluster: string,
      app_name: string,
      partition_count: number,
      replica_count: number,
      envs: Readonly<Record<string, string>> = {},
    ) {
      const options = {
        partition_count,
        replica_count,
        success_if_exist: true,
        app_type: 'pegasus',
        is_stateful: true,
        envs: new Map(Object.entries(envs)),
      };
      const reply = await clients(cluster).meta.createApp({ app_name, options });
      await seconds(10);
      return reply;
    },
    /** Sets envs of a table, and waits until its servers know. */
    async setEnvs(cluster: string, app_name: string, envs: Readonly<Record<string, string>>) {
      const [keys, values] = [Object.keys(envs), Object.values(envs)];
      const reply = await clients(cluster).meta.updateAppEnv({
        app_name,
        op: 'APP_ENV_OP_SET',
        keys,
        values,
      });
      if (reply.err !== 'ERR_OK') throw new Error(reply.hint_message);
      await seconds(31);
    },
    async deleteEnvs(cluster: string, app_name: string, ...keys: string[]) {
      await clients(cluster).meta.updateAppEnv({ app_name, op: 'APP_ENV_OP_DEL', keys });
      await seconds(31);
    },
    async write(cluster: string, table: string, count: number, prefix = 'user') {
      const { data } = clients(cluster);
      for (let i = 0; i < count; i++) {
        const { error } = await data
          .table(table)
          .set(bytes(`${prefix}${i}`), bytes('s'), bytes(`value ${i}`));
        if (error.code !== 0) throw new Error(`write ${i} of ${table}: ${error.text}`);
      }
    },
    /** Every record of a table, in byte order within each partition. */
    async records(cluster: string, table: string): Promise<string[]> {
      const found: string[] = [];
      for (const scanner of await clients(cluster).data.table(table).fullScan()) {
        for await (const { hashKey, sortKey, value } of scanner) {
          found.push([hashKey, sortKey, value].map((part) => Buffer.from(part).toString('latin1')).join('|'));
        }
      }
      return found.sort();
    },
    /** Settings that servers take when they start: all of them are restarted. */
    async configure(cluster: string, settings: Readonly<Record<string, string>>) {
      for (const [key, value] of Object.entries(settings)) {
        await control.setConfig({ name: cluster, key, value });
      }
      const { nodes } = await control.listNodes({ name: cluster });
      for (const { node } of nodes) await control.changeNode({ cluster, node, action: 'restart' });
      await seconds(1);
    },
    async status(cluster: string, table: string) {
      const reply = await clients(cluster).meta.queryDuplication({ app_name: table });
      return reply.entry_list[0]?.status;
    },
    async set(cluster: string, table: string, hashKey: string, value: string | Uint8Array) {
      const written = typeof value === 'string' ? bytes(value) : value;
      const { error } = await clients(cluster).data.table(table).set(bytes(hashKey), bytes('s'), written);
      return error.text;
    },
    /** Settings that running servers take at once. */
    async config(cluster: string, settings: Readonly<Record<string, string>>) {
      for (const [key, value] of Object.entries(settings))
        await control.setConfig({ name: cluster, key, value });
    },
    /** The first duplication of a cluster, as both sides know it. */
    async duplication(cluster: string) {
      const { duplications } = await control.duplicationStates({ cluster });
      return duplications[0];
    },
    /** The last words of a server that died, `''` for one that never did. */
    async assertion(cluster: string, node: string) {
      const { crashes } = await control.showNode({ cluster, node });
      return crashes.at(-1)?.assertion ?? '';
    },
    async node(cluster: string, node: string, action: 'start' | 'stop' | 'restart' | 'kill' | 'wipe') {
      return control.changeNode({ cluster, node, action });
    },
    async get(cluster: string, table: string, hashKey: string) {
      const { error, reply } = await clients(cluster).data.table(table).get(bytes(hashKey), bytes('s'));
      return error.code === 0 ? Buffer.from(reply?.value ?? []).toString() : error.text;
    },
  };
}
