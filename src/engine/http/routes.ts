import { dateTime } from '../../rpc/idl/time.ts';
import { version } from '../../version.ts';
import { CONFIG_ROUTES } from './config-routes.ts';
import { META_ROUTES } from './meta-routes.ts';
import { metrics } from './metrics.ts';
import { REPLICA_ROUTES } from './replica-routes.ts';
import { ok, type Route, type Routes } from './route.ts';
import { pairsJson } from './tables.ts';

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

/** What answers a path on a server of a role; undefined for a path that it does not have. */
export function routeFor(path: string, role: 'meta' | 'replica'): Route | undefined {
  const routes = BY_ROLE[role];
  return Object.hasOwn(routes, path) ? routes[path] : undefined;
}

function helpOf(role: 'meta' | 'replica'): [string, string][] {
  return Object.entries(BY_ROLE[role])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { help }]) => [`/${path}`, help]);
}
