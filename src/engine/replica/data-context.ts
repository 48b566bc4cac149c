import type { Replica } from './replica.ts';

/** A replica as whoever works on its records sees it; each reply tells of it. */
export class DataContext {
  protected readonly replica: Replica;

  constructor(replica: Replica) {
    this.replica = replica;
  }

  get appId(): number {
    return this.replica.appId;
  }

  get pidx(): number {
    return this.replica.pidx;
  }

  get server(): string {
    return this.replica.server.node;
  }
}
