import * as methods from '../idl/control.ts';
import { duplicationStates, limitDuplication } from '../idl/control-duplication.ts';
import type { RpcMethod } from '../method.ts';
import type { Transport } from '../transport/transport.ts';

const TIMEOUT_MS = 5000;

/** The simulation's own controls: answered by the local engine, not by a real cluster. */
export type ControlClient = ReturnType<typeof createControlClient>;

/** Every method throws ClusterError or UsageError as the simulation refuses, and RpcError where it is out of reach. */
export function createControlClient(transport: Transport) {
  const bind =
    <Q, R>(method: RpcMethod<Q, R>) =>
    (request: Q): Promise<R> =>
      transport.call(method, { to: 'control' }, request, TIMEOUT_MS);
  return {
    createCluster: bind(methods.createCluster),
    listClusters: bind(methods.listClusters),
    addRealCluster: bind(methods.addRealCluster),
    useCluster: bind(methods.useCluster),
    removeCluster: bind(methods.removeCluster),
    getConfig: bind(methods.getConfig),
    setConfig: bind(methods.setConfig),
    storedTables: bind(methods.storedTables),
    listNodes: bind(methods.listNodes),
    showNode: bind(methods.showNode),
    changeNode: bind(methods.changeNode),
    getClock: bind(methods.getClock),
    setClock: bind(methods.setClock),
    advanceClock: bind(methods.advanceClock),
    addFault: bind(methods.addFault),
    listFaults: bind(methods.listFaults),
    clearFaults: bind(methods.clearFaults),
    duplicationStates: bind(duplicationStates),
    limitDuplication: bind(limitDuplication),
  };
}
