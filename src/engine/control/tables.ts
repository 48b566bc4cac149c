import type { StoredTable } from '../../rpc/idl/control.ts';
import { configurationOf, infoOf } from '../meta/tables.ts';
import { MetaTree } from '../meta/tree.ts';
import type { Universe } from '../universe.ts';

/** Every table of a cluster as it is stored, by id, be there a meta server that leads or none. */
export function storedTables(universe: Universe, { name }: { name: string }): { tables: StoredTable[] } {
  const cluster = universe.cluster(name);
  const tree = cluster.meta?.tree ?? new MetaTree(universe.store, cluster.name);
  const tables = tree.apps().map((app) => ({
    info: infoOf(app),
    partitions: tree.lookAtAll(app).map((one, pidx) => configurationOf(app.app_id, pidx, one)),
  }));
  return { tables };
}
