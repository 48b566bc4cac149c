import type { ClusterPlan } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Mixture } from './mixture.ts';

/** Names that a table may be given in the first cluster. */
export const TABLES = ['t1', 't2', 't3'];

/** A table of a cluster, there or not. */
export interface Place {
  readonly cluster: string;
  readonly table: string;
}

/** What the operations of a run are drawn from. */
export class Draw {
  readonly random: Random;
  readonly clusters: readonly ClusterPlan[];
  readonly mixture: Mixture;
  private values = 0;

  constructor(random: Random, clusters: readonly ClusterPlan[], mixture: Mixture) {
    this.random = random;
    this.clusters = clusters;
    this.mixture = mixture;
  }

  /** How many values were written so far. */
  get lastValue(): number {
    return this.values;
  }

  /** A value that nobody has written before. */
  nextValue(): string {
    return `${++this.values}`;
  }

  place(): Place {
    const isElsewhere = this.clusters.length > 1 && this.random.chance(0.2);
    return isElsewhere
      ? { cluster: 'B', table: 'u1' }
      : {
          cluster: 'A',
          table: this.random.weighted([
            [6, 't1'],
            [3, 't2'],
            [1, 't3'],
          ]),
        };
  }

  /** How many replica servers a cluster has. */
  replicasOf(cluster: string): number {
    return this.clusters.find(({ name }) => name === cluster)?.replicas ?? 1;
  }

  /** From `least` to `most`, every order of magnitude as often as another. */
  spread(least: number, most: number): number {
    return Math.floor(least * (most / least) ** this.random.fraction());
  }
}
