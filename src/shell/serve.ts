import { renameSync, writeFileSync } from 'node:fs';
import type { ServeAudience, ServeRequest, ServeStatistics } from '../commands/shell.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Host } from '../engine/storage/host.ts';
import { UsageError } from '../errors.ts';
import { createMetaClient } from '../rpc/client/meta/index.ts';
import { localTransport } from '../rpc/transport/local.ts';
import { PegasusServer } from '../server/server.ts';
import type { Backend } from './backend.ts';
import { monotonicMs } from './monotonic.ts';
import { makeRoomForReplies, staySmall } from './serving-memory.ts';
import { optimizeSoon } from './serving-speed.ts';

const TICK_MS = 1000;
const ANY_ADDRESS = '0.0.0.0';

export interface ServeParts {
  readonly backend: Backend;
  readonly host: () => Promise<Host>;
  readonly pathOf: (typed: string) => string;
  readonly signal: AbortSignal | undefined;
  readonly audience: ServeAudience;
}

/** Opens the workspace, serves it until it is told to stop, and leaves it clean. */
export async function serve(request: ServeRequest, parts: ServeParts): Promise<ServeStatistics> {
  parts.backend.mustBeWorkspace();
  parts.backend.suspend();
  staySmall();
  optimizeSoon();
  const simulation = await open(request, parts);
  try {
    for (const table of request.tables) await makeTable(simulation, request.clusters, table);
    return await run(simulation, request, parts);
  } finally {
    await simulation.closing();
  }
}

async function open({ memory, clusters }: ServeRequest, { backend, host }: ServeParts): Promise<Simulation> {
  const machine = memory ? await memoryOnly() : await host();
  const directory = memory ? '/memory' : backend.directory;
  const simulation = new Simulation({ directory, host: machine, durability: 'group', isServed: true });
  const unknown = clusters.find((name) => simulation.universe.findCluster(name) === undefined);
  if (unknown === undefined) return simulation;
  simulation.close();
  throw new UsageError(
    `there is no cluster '${unknown}' in this workspace`,
    'pegsh cluster list shows those there are',
  );
}

async function memoryOnly(): Promise<Host> {
  const { memoryHost } = await import('../host/memory-fs.ts');
  return memoryHost(() => Date.now() * 1000);
}

/** In the simulated time: nobody waits for it. */
async function makeTable(
  simulation: Simulation,
  clusters: readonly string[],
  { name, partitions }: ServeRequest['tables'][number],
): Promise<void> {
  const cluster = simulation.universe.cluster(clusters[0] ?? currentCluster(simulation));
  const transport = localTransport(simulation, cluster.name);
  const meta = createMetaClient(transport);
  const options = {
    partition_count: partitions,
    replica_count: Math.min(3, cluster.record.replicas.length),
    success_if_exist: true,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map(),
  };
  const { err } = await meta.createApp({ app_name: name, options });
  if (err !== 'ERR_OK')
    throw new UsageError(`cannot make the table ${name} with ${partitions} partitions: ${err}`);
  for (;;) {
    const { partitions: now } = await meta.queryConfig({ app_name: name, partition_indices: [] });
    if (
      now.every(
        ({ primary, secondaries }) => primary !== '' && secondaries.length === options.replica_count - 1,
      )
    )
      return;
    await transport.sleep(TICK_MS);
  }
}

/** The one that commands address, or where that is a real one the first that is simulated. */
function currentCluster({ universe }: Simulation): string {
  const { current_cluster: current, clusters } = universe.settings;
  return clusters.includes(current) ? current : (clusters[0] ?? '');
}

async function run(
  simulation: Simulation,
  request: ServeRequest,
  { pathOf, signal, audience }: ServeParts,
): Promise<ServeStatistics> {
  const { portOffset } = request;
  const server: PegasusServer = new PegasusServer({
    simulation,
    bind: request.host,
    host: request.host === ANY_ADDRESS ? await firstAddress() : request.host,
    portFor: (simulated) => (portOffset === undefined ? 0 : simulated + portOffset),
    clusters: request.clusters,
    hostPorts: request.hostPorts,
    ...(request.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: request.idleTimeoutMs }),
    report: (event) => audience.event(event, server.statistics),
    onThousand: makeRoomForReplies,
    now: monotonicMs,
  });
  const stop = (): void => void server.stop();
  signal?.addEventListener('abort', stop);
  const ticking = setInterval(() => {
    if (server.statistics.requests > 0) makeRoomForReplies();
    audience.tick(server.statistics);
  }, TICK_MS);
  try {
    const control = await server.start();
    simulation.announce(control);
    if (request.readyFile !== undefined) writeReadyFile(pathOf(request.readyFile), server, control);
    audience.ready(server.clusters, server.statistics);
    if (signal?.aborted === true) stop();
    await server.done;
    return server.statistics;
  } finally {
    clearInterval(ticking);
    signal?.removeEventListener('abort', stop);
    await server.stop();
  }
}

/** Whole, or not there. */
function writeReadyFile(path: string, { clusters }: PegasusServer, control: string): void {
  const text = `${JSON.stringify({ pid: process.pid, control, clusters }, null, 2)}\n`;
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

/** What clients elsewhere are told where every address of the machine is listened on. */
async function firstAddress(): Promise<string> {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return outside?.address ?? '127.0.0.1';
}
