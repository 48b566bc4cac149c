import type { Cluster } from './cluster.ts';
import { emptying } from './emptying.ts';
import { clearing } from './fault-effects.ts';
import type { Steps } from './steps.ts';

/** Forgets a cluster with all it has: nobody finds it from the first step on, a table of a server is gone with each. */
export function* removingCluster(cluster: Cluster): Steps {
  const { universe, name, record } = cluster;
  const { store, agenda, faults } = universe;
  universe.dropCluster(name);
  agenda.cancelAll(name);
  yield* clearing(universe, faults.naming(name));
  const directory = `clusters/${name}`;
  yield* emptying(store, `${directory}/meta/apps`);
  for (const node of record.replicas)
    for (const part of ['memory', 'reps']) yield* emptying(store, `${cluster.nodeDirectory(node)}/${part}`);
  store.remove(directory);
}
