import type { Completion } from '../../commands/shell.ts';
import type { Clients } from '../backend.ts';

/** What there is in the clusters, by name. What does not answer has no names. */
export interface Names {
  tables(): Promise<readonly Completion[]>;
  droppedTables(): Promise<readonly Completion[]>;
  clusters(): Promise<readonly Completion[]>;
  /** All but the one that the line addresses. */
  otherClusters(): Promise<readonly Completion[]>;
  nodes(): Promise<readonly Completion[]>;
  /** Of one table, or of all. */
  dupIds(table: string | undefined): Promise<readonly Completion[]>;
  settings(cluster: string): Promise<readonly Completion[]>;
  /** The envs that a table has. */
  envs(table: string): Promise<readonly Completion[]>;
}

const nothing = async (): Promise<readonly Completion[]> => [];

/** Where there are no clusters. */
export const NO_NAMES: Names = {
  tables: nothing,
  droppedTables: nothing,
  clusters: nothing,
  otherClusters: nothing,
  nodes: nothing,
  dupIds: nothing,
  settings: nothing,
  envs: nothing,
};

/** Asks the clusters, through the clients that commands use. */
export function namesOf({ meta, control }: Pick<Clients, 'meta' | 'control'>, cluster: string): Names {
  const listed = async (status: 'AS_AVAILABLE' | 'AS_DROPPED') => (await meta.listApps({ status })).infos;
  const clusters = async (isWanted: (one: { name: string; is_current: boolean }) => boolean) => {
    const { clusters, real_clusters: real } = await control.listClusters({});
    return [
      ...clusters
        .filter(isWanted)
        .map(({ name, replicas }) => ({ value: name, about: `${replicas.length} replica servers` })),
      ...real.filter(isWanted).map(({ name, metas }) => ({ value: name, about: metas.join(',') })),
    ];
  };
  return quiet({
    tables: async () =>
      (await listed('AS_AVAILABLE')).map((app) => ({
        value: app.app_name,
        about: `${app.partition_count} partitions`,
      })),
    droppedTables: async () =>
      (await listed('AS_DROPPED')).map((app) => ({ value: String(app.app_id), about: app.app_name })),
    clusters: () => clusters(() => true),
    otherClusters: () =>
      clusters(({ name, is_current }) => (cluster === '' ? !is_current : name !== cluster)),
    nodes: async () =>
      (await control.listNodes({ name: cluster })).nodes.map(({ name, node, state }) => ({
        value: name,
        about: `${node}, ${state}`,
      })),
    dupIds: async (table) => {
      const { app_states } = await meta.listDuplication(
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
    },
    settings: async (name) =>
      (await control.getConfig({ name })).rows.map(({ key, meaning }) => ({ value: key, about: meaning })),
    envs: async (table) => {
      const app = (await listed('AS_AVAILABLE')).find((info) => info.app_name === table);
      return [...(app?.envs ?? [])].map(([key, value]) => ({ value: key, about: value }));
    },
  });
}

/** While one types, a cluster that refuses or does not answer is no error: there is only nothing to choose from. */
function quiet(names: Names): Names {
  const orNothing =
    <A extends readonly unknown[]>(ask: (...args: A) => Promise<readonly Completion[]>) =>
    (...args: A): Promise<readonly Completion[]> =>
      ask(...args).catch(() => []);
  return {
    tables: orNothing(names.tables),
    droppedTables: orNothing(names.droppedTables),
    clusters: orNothing(names.clusters),
    otherClusters: orNothing(names.otherClusters),
    nodes: orNothing(names.nodes),
    dupIds: orNothing(names.dupIds),
    settings: orNothing(names.settings),
    envs: orNothing(names.envs),
  };
}
