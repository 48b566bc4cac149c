import type { RemoteCommand } from './remote-command.ts';

/** What `server-stat` would tell, had its counters not become metrics (`src/perf_counter/perf_counters.cpp`). */
const BRIEF = [
  'replica*app.pegasus*manual.compact.enqueue.count',
  'replica*app.pegasus*manual.compact.running.count',
  'replica*app.pegasus*rdb.block_cache.memory_usage',
  'replica*eon.replica_stub*closing.replica(Count)',
  'replica*eon.replica_stub*disk.available.max.ratio',
  'replica*eon.replica_stub*disk.available.min.ratio',
  'replica*eon.replica_stub*disk.available.total.ratio',
  'replica*eon.replica_stub*disk.capacity.total(MB)',
  'replica*eon.replica_stub*opening.replica(Count)',
  'replica*eon.replica_stub*replica(Count)',
  'replica*eon.replica_stub*replicas.commit.qps',
  'replica*eon.replica_stub*replicas.learning.count',
  'replica*server*memused.res(MB)',
  'replica*server*memused.virt(MB)',
  ...['BATCH_GET', 'GET', 'MULTI_GET', 'MULTI_PUT', 'PUT'].flatMap((name) => [
    `zion*profiler*RPC_RRDB_RRDB_${name}.latency.server`,
    `zion*profiler*RPC_RRDB_RRDB_${name}.qps`,
  ]),
];

/** A server of Pegasus 2.6 has metrics and no performance counters, but still takes these. */
export const COUNTER_COMMANDS: readonly RemoteCommand[] = [
  queries('perf-counters', 'POSIX basic regular expressions', '[regexp]...'),
  queries('perf-counters-by-postfix', 'postfix strings', '[postfix]...'),
  queries('perf-counters-by-prefix', 'prefix strings', '[prefix]...'),
  queries('perf-counters-by-substr', 'substrs', '[substr]...'),
  {
    name: 'server-stat',
    description: 'Query selected perf counters',
    usage: '',
    run: () => BRIEF.map((name) => `${name}=not_found`).join(', '),
  },
];

function queries(name: string, kind: string, usage: string): RemoteCommand {
  return {
    name,
    description: `Query perf counters, filtered by OR of ${kind}`,
    usage,
    run: () =>
      JSON.stringify({ result: 'OK', timestamp: 0, timestamp_str: '1970-01-01 00:00:00', counters: [] }),
  };
}
