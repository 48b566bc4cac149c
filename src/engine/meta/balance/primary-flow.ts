import { addTo, type DiskLoads, diskLoads, type Move, primariesOn, type Table } from './view.ts';

/** Partitions that go from one disk to the same other one, ascending. */
interface Lane {
  readonly from: string;
  readonly to: string;
  readonly pidxs: number[];
}

/** Two vertices next to each other, and how many primaries their disks have with what is chosen already. */
interface Hop {
  readonly from: number;
  readonly to: number;
  readonly here: DiskLoads;
  readonly there: DiskLoads;
}

/**
 * Where primaries can go to secondaries so that every server comes nearer to its share
 * (`load_balance_policy.cpp ford_fulkerson`). Vertex 0 is the source, the last one the sink, servers lie between.
 */
export class PrimaryFlow {
  private readonly table: Table;
  private readonly nodes: readonly string[];
  private readonly capacity: readonly number[][] = [];
  /** Whether some server has fewer primaries than its share, rounded down. */
  readonly someAreShort: boolean;
  readonly isBalanced: boolean;

  constructor(table: Table, nodes: readonly string[]) {
    this.table = table;
    this.nodes = nodes;
    const low = Math.floor(table.partitions.length / nodes.length);
    const high = Math.ceil(table.partitions.length / nodes.length);
    const counts = nodes.map((node) => primariesOn(table, node).length);
    const higher = counts.filter((count) => count > high).length;
    this.someAreShort = counts.some((count) => count < low);
    this.isBalanced = higher === 0 && !this.someAreShort;
    if (this.isBalanced) return;
    this.capacity = this.edges(counts, low);
    if (higher > 0 && !this.someAreShort) this.loosen();
  }

  /** The moves along the widest path; undefined when there is none. */
  moves(): Move[] | undefined {
    const { flow, previous } = this.widestPath();
    const sink = this.capacity.length - 1;
    const amount = flow[sink] ?? 0;
    if (amount === 0) return undefined;
    const moves: Move[] = [];
    let at = previous[sink] as number;
    let there = this.loadsOf(at);
    while (previous[at] !== 0) {
      const from = previous[at] as number;
      const here = this.loadsOf(from);
      moves.push(...this.hop({ from, to: at, here, there }, amount));
      [at, there] = [from, here];
    }
    return moves;
  }

  private edges(counts: readonly number[], low: number): number[][] {
    const size = this.nodes.length + 2;
    const capacity = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const put = (from: number, to: number, value: number): void => {
      (capacity[from] as number[])[to] = value;
    };
    counts.forEach((count, index) => {
      if (count > low) put(0, index + 1, count - low);
      else put(index + 1, size - 1, low - count);
    });
    const vertexOf = new Map(this.nodes.map((node, index) => [node, index + 1]));
    for (const { primary, secondaries } of this.table.partitions) {
      const row = capacity[vertexOf.get(primary) ?? 0]!;
      for (const node of new Set(secondaries)) {
        const to = vertexOf.get(node);
        if (to !== undefined && vertexOf.has(primary)) row[to]!++;
      }
    }
    return capacity;
  }

  /** Nobody is short, yet one has too many: all others may take one more (4, 2, 2 becomes 3, 3, 2). */
  private loosen(): void {
    const [source] = this.capacity as [number[], ...number[][]];
    const sink = this.capacity.length - 1;
    for (let vertex = 0; vertex <= sink; vertex++) {
      const row = this.capacity[vertex] as number[];
      if ((source[vertex] ?? 0) > 0) source[vertex] = (source[vertex] ?? 0) - 1;
      else row[sink] = (row[sink] ?? 0) + 1;
    }
  }

  private widestPath(): { flow: number[]; previous: number[] } {
    const size = this.capacity.length;
    const flow = new Array<number>(size).fill(0);
    const previous = new Array<number>(size).fill(-1);
    const visited = new Set<number>();
    flow[0] = Number.MAX_SAFE_INTEGER;
    while (!visited.has(size - 1)) {
      const at = widestOf(flow, visited);
      if (at === undefined) break;
      visited.add(at);
      for (let next = 0; next < size; next++) {
        const through = Math.min(flow[at] as number, (this.capacity[at] as number[])[next] as number);
        if (visited.has(next) || through <= (flow[next] as number)) continue;
        flow[next] = through;
        previous[next] = at;
      }
    }
    return { flow, previous };
  }

  /** Each time the one that goes from the fullest disk to the emptiest (`load_balance_policy.cpp select_moving`). */
  private hop({ here, there, ...hop }: Hop, amount: number): Move[] {
    const { table } = this;
    const [from, to] = [this.nodeOf(hop.from), this.nodeOf(hop.to)];
    const relief = (lane: Lane): number => (here.get(lane.from) ?? 0) - (there.get(lane.to) ?? 0);
    const lanes = this.lanes(from, to);
    const moves: Move[] = [];
    while (moves.length < amount) {
      const lane = lanes
        .filter(({ pidxs }) => pidxs.length > 0)
        .sort((a, b) => relief(b) - relief(a) || a.pidxs[0]! - b.pidxs[0]!)[0];
      const pidx = lane?.pidxs.shift();
      if (lane === undefined || pidx === undefined) break;
      addTo(here, lane.from, -1);
      addTo(there, lane.to, 1);
      moves.push({ kind: 'move_pri', appId: table.app.app_id, pidx, from, to, primary: from });
    }
    return moves;
  }

  private lanes(from: string, to: string): Lane[] {
    const lanes = new Map<string, Lane>();
    for (const pidx of this.candidates(from, to)) {
      const disks = { from: this.table.diskOf(pidx, from), to: this.table.diskOf(pidx, to) };
      const key = JSON.stringify(disks);
      const lane = lanes.get(key) ?? { ...disks, pidxs: [] };
      lane.pidxs.push(pidx);
      lanes.set(key, lane);
    }
    return [...lanes.values()];
  }

  private loadsOf(vertex: number): DiskLoads {
    const node = this.nodeOf(vertex);
    return diskLoads(this.table, node, primariesOn(this.table, node));
  }

  private candidates(from: string, to: string): number[] {
    return primariesOn(this.table, from).filter((pidx) =>
      this.table.partitions[pidx]?.secondaries.includes(to),
    );
  }

  private nodeOf(vertex: number): string {
    return this.nodes[vertex - 1] as string;
  }
}

function widestOf(flow: readonly number[], visited: ReadonlySet<number>): number | undefined {
  let best: number | undefined;
  flow.forEach((value, vertex) => {
    if (!visited.has(vertex) && value > (best === undefined ? 0 : (flow[best] as number))) best = vertex;
  });
  return best;
}
