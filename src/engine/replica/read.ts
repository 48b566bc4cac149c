import { inSeconds } from '../clock.ts';
import { type Request, refuse, type Served } from '../request.ts';
import { handleRead, type ReadCode, type ReadContext, type ReadLimits } from './data/read.ts';
import { readBytes } from './data/read-bytes.ts';
import { DataContext } from './data-context.ts';
import { clockSkew, diskDelay, readFailure } from './disk-faults.ts';
import { refusalOfRead } from './gates.ts';
import { injectedReply } from './injected-errors.ts';
import { failLocally } from './local-failure.ts';
import type { Replica } from './replica.ts';
import { spendReadBudget } from './throttling.ts';

/** A read of a client, answered from the committed records. */
export function serveRead(replica: Replica, code: ReadCode, request: Request): Served {
  const refused = refusalOfRead(replica, request);
  if (refused !== undefined) return refused;
  const { server } = replica;
  const failure = readFailure(server);
  if (failure !== undefined) {
    failLocally(replica, failure);
    return refuse(failure);
  }
  const injected = injectedReply(replica, code);
  if (injected !== undefined) return { err: 'ERR_OK', reply: injected, waitedUs: 0 };
  const reply = handleRead(code, request.body, replica.records, new ReadingReplica(replica));
  spendReadBudget(replica, () => readBytes(code, request.body, reply));
  return { err: 'ERR_OK', reply, waitedUs: diskDelay(server) };
}

/** A replica in the middle of a read. What few reads ask for is looked up when they do. */
class ReadingReplica extends DataContext implements ReadContext {
  readonly nowSeconds: number;

  constructor(replica: Replica) {
    super(replica);
    this.nowSeconds = inSeconds(replica.now + clockSkew(replica.server));
  }

  get partitionCount(): number {
    return this.replica.disk.partition_count;
  }

  get envs(): ReadContext['envs'] {
    return this.replica.envs;
  }

  get scans(): ReadContext['scans'] {
    return this.replica.server.scans;
  }

  limits(): ReadLimits {
    const { server } = this.replica;
    return {
      rocksdb_multi_get_max_iteration_count: server.setting(
        'pegasus.server.rocksdb_multi_get_max_iteration_count',
      ),
      rocksdb_multi_get_max_iteration_size: server.setting(
        'pegasus.server.rocksdb_multi_get_max_iteration_size',
      ),
      rocksdb_max_iteration_count: server.setting('pegasus.server.rocksdb_max_iteration_count'),
    };
  }
}
