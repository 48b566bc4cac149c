import type { FaultKind } from '../rpc/idl/control.ts';
import type { FaultRecord } from './documents/fault.ts';
import { draw } from './random.ts';
import type { Doc } from './storage/store.ts';

/** The name of whoever sends requests from outside the clusters. */
export const CLIENT = 'client';

export type NewFault = Omit<FaultRecord, 'id' | 'is_active' | 'draws'>;

/** What is wrong with the universe at the moment, and what will be. Persisted, and drawn from the universe's seed. */
export class Faults {
  private readonly doc: Doc<FaultRecord | number>;
  private readonly seed: number;
  private activeFaults: readonly FaultRecord[];

  constructor(doc: Doc<FaultRecord | number>, seed: number) {
    this.doc = doc;
    this.seed = seed;
    this.activeFaults = this.all().filter((fault) => fault.is_active);
  }

  /** Every fault, also those whose time has not come, by id. */
  all(): FaultRecord[] {
    const ids = this.doc.keys().filter((key) => key !== 'made');
    return ids.map((id) => this.doc.get(id) as FaultRecord).sort((a, b) => a.id - b.id);
  }

  find(id: number): FaultRecord | undefined {
    return this.doc.get(`${id}`) as FaultRecord | undefined;
  }

  add(fault: NewFault): FaultRecord {
    const id = ((this.doc.get('made') as number | undefined) ?? 0) + 1;
    this.doc.set('made', id);
    const record: FaultRecord = { ...fault, id, is_active: false, draws: 0 };
    this.doc.set(`${id}`, record);
    return record;
  }

  activate(fault: FaultRecord): void {
    const active = { ...fault, is_active: true };
    this.doc.set(`${fault.id}`, active);
    this.activeFaults = [...this.activeFaults, active].sort((a, b) => a.id - b.id);
  }

  remove(fault: FaultRecord): void {
    this.doc.delete(`${fault.id}`);
    this.activeFaults = this.activeFaults.filter((other) => other.id !== fault.id);
  }

  get isQuiet(): boolean {
    return this.activeFaults.length === 0;
  }

  /** Whether what is wrong shows in the same way each time. */
  get isCertain(): boolean {
    return this.activeFaults.every(({ ratio, min_us, max_us }) => ratio >= 1 && max_us <= min_us);
  }

  active(...kinds: readonly FaultKind[]): readonly FaultRecord[] {
    return this.isQuiet ? [] : this.activeFaults.filter((fault) => kinds.includes(fault.kind));
  }

  /** The first active fault of a kind that a server suffers; drawn by the fault's ratio. */
  strikes(kind: FaultKind, server: string): FaultRecord | undefined {
    return this.active(kind).find((fault) => isEnd(fault.from, server) && this.isDrawn(fault));
  }

  /** Those that name a cluster. */
  naming(cluster: string): FaultRecord[] {
    return this.all().filter(({ from, to }) => [from, to].some((end) => end.startsWith(`${cluster}/`)));
  }

  /** Whether a fault of servers is of this one. */
  concerns(fault: FaultRecord, server: string): boolean {
    return isEnd(fault.from, server);
  }

  /** Whether a server has a fault of a kind, at whatever ratio. */
  has(kind: FaultKind, server: string): boolean {
    return this.active(kind).some((fault) => isEnd(fault.from, server));
  }

  isDrawn(fault: FaultRecord): boolean {
    if (fault.ratio >= 1) return true;
    return this.random(fault) < fault.ratio;
  }

  /** A duration between the fault's least and longest, in microseconds. */
  duration(fault: FaultRecord): number {
    if (fault.max_us <= fault.min_us) return fault.min_us;
    return Math.floor(fault.min_us + this.random(fault) * (fault.max_us - fault.min_us));
  }

  private random(fault: FaultRecord): number {
    fault.draws++;
    this.doc.set(`${fault.id}`, fault);
    return draw(this.seed, `fault ${fault.id} ${fault.draws}`);
  }
}

/** Whether an end as a fault names it takes in `name`: `client`, or `<cluster>/<host:port>`. */
export function isEnd(end: string, name: string): boolean {
  if (end === 'all' || end === name) return true;
  return end.endsWith('/*') && name.startsWith(end.slice(0, -1));
}
