import { ClusterError, UsageError } from '../../../errors.ts';
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
    sync() {},
    suspend() {},
    resume() {},
    close: () => void transport.close(),
  };
}

/** @throws UsageError naming what is wrong with the list */
export function readMetaList(text: string): string[] {
  const addresses = text.split(',').map((address) => address.trim());
  for (const address of addresses) {
    const [, port] = /^[^\s:,@/]+:(\d{1,5})$/.exec(address) ?? [];
    if (port === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw new UsageError(
        `"${address}" is not the address of a meta server`,
        'addresses are host:port, several with commas between them: --meta 10.0.0.1:34601,10.0.0.2:34601',
      );
    }
  }
  return addresses;
}
