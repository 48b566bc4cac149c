import { inSeconds } from '../clock.ts';
import type { MutationRecord } from '../documents/replica.ts';
import { duplicationIds, ownId } from '../peers.ts';
import type { ApplyContext } from './data/apply.ts';
import { DataContext } from './data-context.ts';
import type { Replica } from './replica.ts';

/** A replica in the middle of a mutation. What few mutations ask for is looked up when they do. */
export class MutationContext extends DataContext implements ApplyContext {
  readonly decree: number;
  readonly nowSeconds: number;
  readonly timestampUs: number;
  readonly defaultTtl: number;

  constructor(replica: Replica, mutation: Pick<MutationRecord, 'decree' | 'time_us' | 'default_ttl'>) {
    super(replica);
    this.decree = mutation.decree;
    this.nowSeconds = inSeconds(mutation.time_us);
    this.timestampUs = mutation.time_us;
    this.defaultTtl = mutation.default_ttl ?? 0;
  }

  get clusterId(): number {
    return ownId(this.replica.server) ?? 0;
  }

  get clusterIds(): (() => ReadonlySet<number>) | undefined {
    const { server } = this.replica;
    const ignoresOthers = server.setting('replication.dup_ignore_other_cluster_ids');
    return ignoresOthers ? undefined : () => duplicationIds(server.cluster);
  }
}
