import type { Cluster } from '../cluster.ts';

export interface HttpRequest {
  readonly cluster: Cluster;
  readonly node: string;
  readonly args: ReadonlyMap<string, string>;
  readonly method: string;
  /** Of a POST. */
  readonly body: string;
  /** A text with the servers' names as the client knows them. */
  readonly outward: (text: string) => string;
}

/** A text that is made piece by piece; where one yields nothing, the next piece is not ready yet. */
export type Pieces = Generator<string | undefined, void, void>;

export interface HttpReply {
  readonly status: number;
  /** What a piece tells of is as it is when its turn comes. */
  readonly body: string | Pieces;
  readonly location?: string;
}

export interface Route {
  /** Upstream's words, which the list of the paths shows. */
  readonly help: string;
  /** Any other argument is refused; absent: others are not looked at. */
  readonly takes?: readonly string[];
  /** A meta server that does not lead sends its callers on. */
  readonly needsLeader?: boolean;
  handle(request: HttpRequest): HttpReply;
}

export type Routes = Readonly<Record<string, Route>>;

/** What was asked for. */
export function ok(body: HttpReply['body']): HttpReply {
  return { status: 200, body };
}
