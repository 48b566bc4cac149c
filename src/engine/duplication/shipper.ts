import { AssertionFailure } from '../crash.ts';
import { duplicationId, duplicationName, isConfigured, metaListOf } from '../peers.ts';
import type { Replica } from '../replica/replica.ts';
import { ownDuplicationId } from './own-id.ts';

const THREAD = 'replica.default0';

/**
 * What has to be right of the configuration of whoever begins to ship to a cluster: its client knows where that is, and
 * both have ids of their own (`pegasus_client_impl.cpp`, `pegasus_mutation_duplicator.cpp` constructors).
 *
 * @throws AssertionFailure
 */
export function assertCanShip(replica: Replica, remote: string): void {
  const { server, gpid } = replica;
  const where = `[${gpid}@${server.node}]`;
  const fail = (line: number, text: string) =>
    new AssertionFailure({ file: 'pegasus_mutation_duplicator.cpp', line, ...CONSTRUCTOR }, gpid, text);
  // One that was removed from the workspace is away for the others, as one whose machines are gone is.
  if (!isConfigured(server.cluster, remote)) return;
  if (metaListOf(server.cluster, remote) === undefined) throw noMetaServers(gpid);
  const name = duplicationName(server);
  if (name === remote) {
    const text = `${name} vs ${remote} remote cluster should not be myself: ${remote}`;
    throw fail(135, `[dsn::get_current_dup_cluster_name() != remote_cluster.data()] ${where} ${text}`);
  }
  if (server.setting('replication.dup_ignore_other_cluster_ids')) {
    ownDuplicationId(replica);
    return;
  }
  const id = duplicationId(server.cluster, remote);
  if (id === undefined) {
    const error = `ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << ${remote}`;
    throw fail(149, `[ret.is_ok()] ${where} invalid remote cluster: ${remote}, err_ret: ${error}`);
  }
  const own = ownDuplicationId(replica);
  if (own !== id) return;
  const expression = '[dsn::replication::get_current_dup_cluster_id() != _remote_cluster_id]';
  throw fail(162, `${expression} ${where} ${own} vs ${id} invalid remote cluster: ${remote}`);
}

const CONSTRUCTOR = { function: 'pegasus_mutation_duplicator', thread: THREAD } as const;

function noMetaServers(gpid: string): AssertionFailure {
  const site = {
    file: 'pegasus_client_impl.cpp',
    line: 68,
    function: 'pegasus_client_impl',
    thread: THREAD,
  };
  return new AssertionFailure(site, gpid, '[meta_servers.size() > 0] 0 vs 0 ');
}
