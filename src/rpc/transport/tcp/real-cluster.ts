import { ClusterError } from '../../../errors.ts';
import { readMetaList } from '../../idl/meta-list.ts';
import type { Clusters } from '../clusters.ts';
import { tcpTransport } from './tcp.ts';

/**
 * A cluster that is reached by its meta servers alone. Nothing of it is kept here, so that there is nothing to make
 * durable and nothing to let go of.
 *
 * @param metaList `host:port`, several with commas between them
 * @throws UsageError where the list is none
 */
export function realCluster(metaList: string): Clusters {
  const transport = tcpTransport(readMetaList(metaList));
  return {
    transport(cluster) {
      if (cluster === '' || cluster === metaList) return transport;
      throw new ClusterError(
        'ERR_OBJECT_NOT_FOUND',
        `'${cluster}' cannot be reached: only the cluster at ${metaList} is known`,
        'pegsh cluster add NAME --meta LIST remembers a cluster by name; then leave --meta out',
      );
    },
    currentCluster: () => metaList,
    clusters: () => [metaList],
    notices: [],
    isDurable: true,
    sync() {},
    suspend() {},
    resume() {},
    close: () => void transport.close(),
  };
}
