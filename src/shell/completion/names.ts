import { readdirSync } from 'node:fs';
import { mutableConfigs } from '../../commands/admin-cli/server-config/mutable-configs.ts';
import type { Completion } from '../../commands/shell.ts';
import type { Backend, Clients } from '../backend.ts';

type Found = Promise<readonly Completion[]>;
type Role = 'meta' | 'replica';

const TIMEOUT_MS = 2000;

/** What there is in the clusters, by name. Each method throws where a cluster refuses or does not answer. */
export class Names {
  readonly #backend: Backend | undefined;
  readonly #cluster: string;

  /**
   * @param backend open; undefined where there are no clusters
   * @param cluster the one that the line addresses
   */
  constructor(backend: Backend | undefined, cluster: string) {
    this.#backend = backend;
    this.#cluster = cluster;
  }

  async tables(): Found {
    const tables = await this.#listed('AS_AVAILABLE');
    return tables.map((app) => ({ value: app.app_name, about: `${app.partition_count} partitions` }));
  }

  tableIds(): Found {
    return this.#ids('AS_AVAILABLE');
  }

  droppedTables(): Found {
    return this.#ids('AS_DROPPED');
  }

  async backupPolicies(): Found {
    const { policys } = await this.#clients.meta.queryBackupPolicy({
      policy_names: [],
      backup_info_count: 0,
    });
    return policys.map(({ policy_name, start_time, is_disable }) => ({
      value: policy_name,
      about: is_disable ? 'disabled' : `at ${start_time}`,
    }));
  }

  clusters(): Found {
    return this.#clusters(() => true);
  }

  /** All but the one that the line addresses. */
  otherClusters(): Found {
    return this.#clusters(({ name, is_current }) =>
      this.#cluster === '' ? !is_current : name !== this.#cluster,
    );
  }

  /** The servers of the simulation, by their short names. */
  async nodes(): Found {
    const { nodes } = await this.#clients.control.listNodes({ name: this.#cluster });
    return nodes.map(({ name, node, state }) => ({ value: name, about: `${node}, ${state}` }));
  }

  async metaAddresses(): Found {
    return (await this.#metas()).map((value) => ({ value, about: 'meta server' }));
  }

  async replicaAddresses(): Found {
    const replicas = await this.#replicas();
    return replicas.map(({ node, status }) => ({ value: node, about: `replica server, ${status}` }));
  }

  /** Of one table, or of all. */
  async dupIds(table: string | undefined): Found {
    const { app_states } = await this.#clients.meta.listDuplication(
      table === undefined
        ? { app_name_pattern: '', match_type: 'PMT_MATCH_ALL' }
        : { app_name_pattern: table, match_type: 'PMT_MATCH_EXACT' },
    );
    return [...app_states.values()].flatMap(({ app_name, duplications }) =>
      [...duplications.values()].map(({ dupid, remote, status }) => ({
        value: String(dupid),
        about: `${app_name} to ${remote}, ${status}`,
      })),
    );
  }

  /** Of all tables. */
  async gpids(): Found {
    return (await this.#listed('AS_AVAILABLE')).flatMap(({ app_id, app_name, partition_count }) =>
      Array.from({ length: partition_count }, (_, pidx) => ({ value: `${app_id}.${pidx}`, about: app_name })),
    );
  }

  async partitions(table: string | undefined): Found {
    const app = (await this.#listed('AS_AVAILABLE')).find((info) => info.app_name === table);
    return Array.from({ length: app?.partition_count ?? 0 }, (_, pidx) => ({ value: String(pidx) }));
  }

  async settings(): Found {
    const { rows } = await this.#clients.control.getConfig({ name: this.#cluster });
    return rows.map(({ key, meaning }) => ({ value: key, about: meaning }));
  }

  /** The envs that a table has. */
  async envs(table: string): Found {
    const app = (await this.#listed('AS_AVAILABLE')).find((info) => info.app_name === table);
    return [...(app?.envs ?? [])].map(([key, value]) => ({ value: key, about: value }));
  }

  /** What the first server of each role that answers knows. */
  async remoteCommands(roles: readonly Role[]): Found {
    const { servers } = this.#clients;
    const told = await Promise.all(
      roles.map(async (role) => this.#first(role, (node) => servers.command(node, 'help', [], TIMEOUT_MS))),
    );
    return told
      .join('')
      .split('\n')
      .flatMap((line) => {
        const [, value, about] = /^([\w.-]+) - (.*)$/.exec(line) ?? [];
        return value === undefined || about === undefined ? [] : [{ value, about }];
      });
  }

  /** What can be changed of the servers of a role, with what the first that answers has. */
  async serverConfigs(role: Role): Found {
    const { servers } = this.#clients;
    const { body } = await this.#first(role, (node) => servers.get(node, '/configs', TIMEOUT_MS));
    return mutableConfigs(JSON.parse(body), role).map(({ name, value }) => ({ value: name, about: value }));
  }

  async faults(): Found {
    const { faults } = await this.#clients.control.listFaults({});
    return faults.map(({ id, kind, from, to }) => ({ value: String(id), about: `${kind} ${from} ${to}` }));
  }

  async snapshots(): Found {
    const snapshots = (await this.#backend?.snapshots())?.list() ?? [];
    return snapshots.map(({ name, clusters }) => ({ value: name, about: clusters.join(', ') }));
  }

  /** In the folder that is typed so far. */
  async files(partial: string): Found {
    const folder = partial.slice(0, partial.lastIndexOf('/') + 1);
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') || partial.slice(folder.length).startsWith('.'))
      .map((entry) => ({ value: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }));
  }

  /** Clients for whom no time passes. */
  get #clients(): Clients {
    if (this.#backend === undefined) throw new Error('there are no clusters');
    return this.#backend.onlookers(this.#cluster);
  }

  async #listed(status: 'AS_AVAILABLE' | 'AS_DROPPED') {
    return (await this.#clients.meta.listApps({ status })).infos;
  }

  async #ids(status: 'AS_AVAILABLE' | 'AS_DROPPED'): Found {
    return (await this.#listed(status)).map((app) => ({ value: String(app.app_id), about: app.app_name }));
  }

  async #clusters(isWanted: (one: { name: string; is_current: boolean }) => boolean): Found {
    const { clusters, real_clusters: real } = await this.#clients.control.listClusters({});
    return [
      ...clusters
        .filter(isWanted)
        .map(({ name, replicas }) => ({ value: name, about: `${replicas.length} replica servers` })),
      ...real.filter(isWanted).map(({ name, metas }) => ({ value: name, about: metas.join(',') })),
    ];
  }

  async #metas(): Promise<string[]> {
    const { keys, values } = await this.#clients.meta.clusterInfo({});
    return (values[keys.indexOf('meta_servers')] ?? '').split(',');
  }

  async #replicas() {
    const { infos } = await this.#clients.meta.listNodes({ status: 'NS_INVALID' });
    return infos.map(({ node, hp_node, status }) => ({ node: hp_node ?? node, status }));
  }

  /** The answer of the first server that gives one. */
  async #first<R>(role: Role, ask: (node: string) => Promise<R>): Promise<R> {
    const nodes = role === 'meta' ? await this.#metas() : (await this.#replicas()).map(({ node }) => node);
    return Promise.any(nodes.map(ask));
  }
}
