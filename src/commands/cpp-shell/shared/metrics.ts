import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import { type HttpGetResponse, STATUS_TEXTS } from '../../../rpc/idl/http.ts';
import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { sumByName } from '../../sum.ts';

/** Which metrics are asked for (`metric_filters`, `src/utils/metrics.h`). */
export interface MetricsQuery {
  readonly types: readonly string[];
  readonly metrics: readonly string[];
  /** Of each metric: its value, or a percentile. */
  readonly field?: 'value' | 'p99';
  /** Of one table alone. */
  readonly tableId?: number;
}

export interface Entity {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
}

interface Metric {
  readonly name: string;
  readonly value?: number;
  readonly p99?: number;
}

/** The metrics of one server at one time. */
export interface Snapshot {
  readonly node: string;
  readonly role: 'meta' | 'replica';
  readonly timestamp_ns: number;
  readonly entities: readonly Entity[];
}

/** The metrics of one server before an interval and after it. */
export interface Sample {
  readonly node: string;
  readonly start: Snapshot;
  readonly end: Snapshot;
}

const TIMEOUT_MS = 5000;

/**
 * Asks servers for metrics over HTTP (`get_metrics`, `src/shell/command_helper.h`).
 *
 * @param what is asked for, in the words of an error
 * @throws Refusal
 */
export async function metricsOf(
  { servers }: Context,
  nodes: readonly string[],
  query: MetricsQuery,
  what: string,
): Promise<Snapshot[]> {
  const path = pathOf(query);
  const asked = nodes.map(async (node) => {
    const failed = (code: string, why: string) =>
      new Refusal(code, { err: `${code}: ERROR: query ${what} metrics from node ${node} failed, ${why}\n` });
    const { status, body } = await servers
      .get(node, path, TIMEOUT_MS)
      .catch((error: unknown): HttpGetResponse => {
        throw error instanceof RpcError ? failed('ERR_CURL_FAILED', `msg=${error.code}`) : error;
      });
    if (status !== 200) {
      const called = `${status} ${STATUS_TEXTS[status] ?? ''}`.trim();
      throw failed('ERR_HTTP_ERROR', `http_status=${called}, msg=${sanitize(body)}`);
    }
    return { ...(JSON.parse(body) as Omit<Snapshot, 'node'>), node };
  });
  return Promise.all(asked);
}

/** The same twice, with a pause between. */
export async function sampledMetrics(
  ctx: Context,
  nodes: readonly string[],
  query: MetricsQuery,
  { intervalMs, what }: { readonly intervalMs: number; readonly what: string },
): Promise<Sample[]> {
  const before = await metricsOf(ctx, nodes, query, `starting ${what}`);
  await ctx.meta.sleep(intervalMs);
  const after = await metricsOf(ctx, nodes, query, `ending ${what}`);
  return before.map((start, at) => ({ node: start.node, start, end: after[at]! }));
}

function pathOf({ types, metrics, field = 'value', tableId }: MetricsQuery): string {
  const parts = [
    `with_metric_fields=name,${field}`,
    `types=${types.join(',')}`,
    ...(tableId === undefined ? [] : [`attributes=table_id,${tableId}`]),
    `metrics=${metrics.join(',')}`,
  ];
  return `/metrics?${parts.join('&')}`;
}

/** The sum of each metric, of all entities or of those that are wanted. */
export function sums(
  { entities }: Snapshot,
  isWanted: (entity: Entity) => boolean = () => true,
): Readonly<Record<string, number>> {
  const metrics = entities.filter(isWanted).flatMap((entity) => entity.metrics);
  return sumByName(metrics.map(({ name, value = 0 }) => [name, value]));
}

/** How a metric is shown: by the second, as it grew within the interval, as it is. */
export type Measure = 'rate' | 'increase' | 'sum';

/** What a server told of a metric, summed as `sums` does. */
export function measured(
  { start, end }: Sample,
  isWanted?: (entity: Entity) => boolean,
): (metric: string, measure: Measure) => number {
  const [before, after] = [sums(start, isWanted), sums(end, isWanted)];
  const seconds = (end.timestamp_ns - start.timestamp_ns) / 1e9;
  return (metric, measure) => {
    const now = after[metric] ?? 0;
    if (measure === 'sum') return now;
    const grown = now - (before[metric] ?? 0);
    return measure === 'rate' ? grown / seconds : grown;
  };
}
