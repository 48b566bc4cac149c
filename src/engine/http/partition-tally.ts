import type { PartitionRecord } from '../documents/meta.ts';
import type { Row } from './tables.ts';

/** What the partitions of one table come to: which servers hold how many, and how many are how healthy (`app_info_helper`). */
export class PartitionTally {
  private readonly held = new Map<string, { primaries: number; secondaries: number }>();
  private full = 0;
  private others = 0;
  private unwritable = 0;
  private unreadable = 0;

  add({ primary, secondaries, max_replica_count: wanted }: PartitionRecord): void {
    const members = secondaries.length + Number(primary !== '');
    if (primary !== '') this.countsOf(primary).primaries++;
    for (const node of secondaries) this.countsOf(node).secondaries++;
    if (primary !== '' && members >= wanted) this.full++;
    else this.others++;
    if (primary === '' || members < Math.min(2, wanted)) this.unwritable++;
    if (primary === '') this.unreadable++;
  }

  nodeRows(shown: (node: string) => string): Row[] {
    const rows = [...this.held]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([node, { primaries, secondaries }]) => {
        return [shown(node), primaries, secondaries, primaries + secondaries] as const;
      });
    const total = (column: 1 | 2 | 3): number => rows.reduce((sum, row) => sum + row[column], 0);
    return [...rows, ['total', total(1), total(2), total(3)]];
  }

  /** Upstream's four counts: writable with two members, readable with a primary. */
  get health(): readonly [full: number, others: number, unwritable: number, unreadable: number] {
    return [this.full, this.others, this.unwritable, this.unreadable];
  }

  healthRows(): Row[] {
    const names = ['fully_healthy', 'unhealthy', 'write_unhealthy', 'read_unhealthy'];
    return names.map((name, at) => [`${name}_partition_count`, this.health[at]!]);
  }

  private countsOf(node: string) {
    const counts = this.held.get(node) ?? { primaries: 0, secondaries: 0 };
    this.held.set(node, counts);
    return counts;
  }
}
