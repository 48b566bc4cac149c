import type { ClosedReplica, ReplicaProcess } from '../documents/replica.ts';
import type { Doc } from '../storage/store.ts';

const PREFIX = 'closed:';

/** Replicas that a server has closed since its process began, as they were: a record each, so that one costs the same however many. */
export class ClosedReplicas {
  private readonly doc: Doc<ReplicaProcess | ClosedReplica>;

  /** @param doc of the process: what it remembers ends with it */
  constructor(doc: Doc<ReplicaProcess | ClosedReplica>) {
    this.doc = doc;
  }

  get(gpid: string): ClosedReplica | undefined {
    return (this.doc.get(PREFIX + gpid) as ClosedReplica | undefined) ?? this.earlier[gpid];
  }

  /** By gpid. */
  all(): [gpid: string, ClosedReplica][] {
    return closedOf(this.doc.keys().map((key) => [key, this.doc.get(key)!]));
  }

  save(gpid: string, closed: ClosedReplica): void {
    this.doc.set(PREFIX + gpid, closed);
  }

  forget(gpid: string): void {
    this.doc.delete(PREFIX + gpid);
  }

  /** Before each had a record they were a part of the process's; there they stay, for it is no harm to know them. */
  private get earlier(): Record<string, ClosedReplica> {
    return (this.doc.get('process') as ReplicaProcess | undefined)?.closed ?? {};
  }
}

/** Those among the records of a process, by gpid. */
export function closedOf(records: Iterable<[key: string, record: object]>): [gpid: string, ClosedReplica][] {
  const found: [string, ClosedReplica][] = [];
  for (const [key, record] of records) {
    if (key.startsWith(PREFIX)) found.push([key.slice(PREFIX.length), record as ClosedReplica]);
    else if ('closed' in record) found.push(...Object.entries((record as ReplicaProcess).closed ?? {}));
  }
  return found;
}
