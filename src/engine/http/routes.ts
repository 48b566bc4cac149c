import { dateTime } from '../../rpc/idl/time.ts';
import { version } from '../../version.ts';
import type { Cluster } from '../cluster.ts';
import type { Steps } from '../steps.ts';
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
  /** A long one is made in steps, that look at nothing which may change between them. */
  readonly body: string | Steps<string>;
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

/** Without a space where upstream forgot one. `format=prometheus` is ours. */
const METRICS_HELP =
  '[with_metric_fields=field1,field2,...][&types=type1,type2,...][&ids=id1,id2,...]' +
  '[&attributes=attr1,value1,attr2,value2,...][&metrics=metric1,metric2,...]' +
  '[&detail=true|false]Query the node metrics.';

/** On every server. */
const COMMON: Routes = {
  '': {
    help: 'List all supported calls.',
    handle: ({ cluster, node }) => ok(pairsJson(helpOf(cluster.node(node).role))),
  },
  version: {
    help: 'Get the server version.',
    handle: () =>
      ok(
        pairsJson([
          ['Version', `pegsh ${version}`],
          ['GitCommit', ''],
        ]),
      ),
  },
  recentStartTime: {
    help: 'Get the server start time.',
    handle: ({ cluster, node }) =>
      ok(pairsJson([['RecentStartTime', dateTime(cluster.node(node).since_us / 1000)]])),
  },
  ...CONFIG_ROUTES,
  metrics: { help: METRICS_HELP, handle: metrics },
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
