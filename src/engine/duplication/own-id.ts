import { AssertionFailure } from '../crash.ts';
import { duplicationName, ownId } from '../peers.ts';
import type { Replica } from '../replica/replica.ts';

/**
 * The id under which this server ships and takes in what was shipped (`get_current_dup_cluster_id`).
 *
 * @throws AssertionFailure where `[duplication-group]` lacks the cluster itself
 */
export function ownDuplicationId(replica: Replica): number {
  const id = ownId(replica.server);
  if (id !== undefined) return id;
  const site = {
    file: 'errors.h',
    line: 220,
    function: 'get_value',
    thread: 'replica.replica1',
  };
  const text = `[_err.is_ok()] ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << ${duplicationName(replica.server)}`;
  throw new AssertionFailure(site, replica.gpid, text);
}
