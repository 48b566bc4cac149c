import type { Universe } from '../universe.ts';
import { advanceClock, getClock, setClock } from './clock.ts';
import { addRealCluster, createCluster, listClusters, removeCluster, useCluster } from './clusters.ts';
import { getConfig, setConfig } from './config.ts';
import { duplicationStates, limitDuplication } from './duplications.ts';
import { addFault, clearFaults, listFaults } from './faults.ts';
import { changeServer, listServers, showServer } from './nodes.ts';
import { storedTables } from './tables.ts';

type Handler = (universe: Universe, request: never) => unknown;

/** The simulation's own controls, by code. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  CTL_CREATE_CLUSTER: createCluster,
  CTL_LIST_CLUSTERS: listClusters,
  CTL_ADD_REAL_CLUSTER: addRealCluster,
  CTL_USE_CLUSTER: useCluster,
  CTL_REMOVE_CLUSTER: removeCluster,
  CTL_GET_CONFIG: getConfig,
  CTL_SET_CONFIG: setConfig,
  CTL_STORED_TABLES: storedTables,
  CTL_LIST_NODES: listServers,
  CTL_SHOW_NODE: showServer,
  CTL_CHANGE_NODE: changeServer,
  CTL_GET_CLOCK: getClock,
  CTL_SET_CLOCK: setClock,
  CTL_ADVANCE_CLOCK: advanceClock,
  CTL_ADD_FAULT: addFault,
  CTL_LIST_FAULTS: listFaults,
  CTL_CLEAR_FAULTS: clearFaults,
  CTL_DUPLICATION_STATES: duplicationStates,
  CTL_LIMIT_DUPLICATION: limitDuplication,
};

/** What answers a control request; undefined for a code that is none. */
export function controlHandler(
  code: string,
): ((universe: Universe, request: unknown) => unknown) | undefined {
  return HANDLERS[code] as ((universe: Universe, request: unknown) => unknown) | undefined;
}
