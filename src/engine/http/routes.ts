import { dateTime } from '../../rpc/idl/time.ts';
import { version } from '../../version.ts';
import type { Cluster } from '../cluster.ts';
import { CONFIG_ROUTES } from './config-routes.ts';
import { META_ROUTES } from './meta-routes.ts';
import { metrics } from './metrics.ts';
import { REPLICA_ROUTES } from './replica-routes.ts';
import { pairsJson } from './tables.ts';

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

export interface HttpReply {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

export interface Route {
  readonly help: string;
  /** A meta server that does not lead sends its callers on. */
  readonly needsLeader?: boolean;
  handle(request: HttpRequest): HttpReply;
}

export type Routes = Readonly<Record<string, Route>>;

/** On every server. */
const COMMON: Routes = {
  '': {
    help: 'list the paths',
    handle: ({ cluster, node }) => ok(pairsJson(helpOf(cluster.node(node).role))),
  },
  version: {
    help: 'get the version',
    handle: () =>
      ok(
        pairsJson([
          ['Version', `pegsh ${version}`],
          ['GitCommit', ''],
        ]),
      ),
  },
  recentStartTime: {
    help: 'get the time of the last start',
    handle: ({ cluster, node }) =>
      ok(pairsJson([['RecentStartTime', dateTime(cluster.node(node).since_us / 1000)]])),
  },
  ...CONFIG_ROUTES,
  metrics: { help: 'query the metrics; format=prometheus for scraping', handle: metrics },
};

const BY_ROLE: Readonly<Record<'meta' | 'replica', Routes>> = {
  meta: { ...COMMON, ...META_ROUTES },
  replica: { ...COMMON, ...REPLICA_ROUTES },
};

export function routeFor(path: string, role: 'meta' | 'replica'): Route | undefined {
  const routes = BY_ROLE[role];
  return Object.hasOwn(routes, path) ? routes[path] : undefined;
}

function helpOf(role: 'meta' | 'replica'): [string, string][] {
  return Object.entries(BY_ROLE[role])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { help }]) => [`/${path}`, help]);
}

function ok(body: string): HttpReply {
  return { status: 200, body };
}
