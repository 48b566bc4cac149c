import { isIPv4 } from 'node:net';
import { UsageError } from '../../errors.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import type { Context } from '../command.ts';
import { durationMs } from '../grammar/duration.ts';
import { oneOf, readOwn, type Typed, wholeNumber } from '../grammar/own.ts';
import type { CoveredRpc, ServeAudience, ServedCluster, ServeRequest, ServeStatistics } from '../shell.ts';
import { own } from './shared/own-command.ts';

interface Args extends ServeRequest {
  readonly log: 'text' | 'json';
  /** Only tells what would be served. */
  readonly coverage: boolean;
}

type Reply = ServeStatistics | readonly CoveredRpc[];

/** The live line makes room. */
const CLEAR_LINE = '\r\x1b[2K';
const LOOPBACK = '127.0.0.1';
const DEFAULT_PARTITIONS = 8;

export default own<Args, Reply>({
  name: 'serve',
  summary: 'Serve the clusters of the workspace to the clients of Pegasus, each server on its own port.',
  usage:
    'serve [--host ADDRESS] [--port-offset N | --port 0] [--ready-file FILE] [--memory] [--cluster NAME]… ' +
    '[--table NAME[:PARTITIONS]]… [--idle-timeout DURATION] [--host-ports] [--log text|json] [--coverage]',
  examples: [
    'pegsh serve',
    'pegsh serve --memory --table temp:8',
    'pegsh serve --port 0 --ready-file ready.json --idle-timeout 1m',
  ],
  offline: true,
  endsOnInterrupt: true,
  parse(argv, ctx) {
    const typed = readOwn(argv, {
      command: 'serve',
      values: ['host', 'port-offset', 'port', 'ready-file', 'cluster', 'table', 'idle-timeout', 'log'],
      switches: ['memory', 'host-ports', 'coverage'],
    });
    const idle = typed.value('idle-timeout');
    return {
      host: hostOf(typed),
      portOffset: portOffsetOf(typed),
      readyFile: typed.value('ready-file'),
      memory: typed.has('memory'),
      clusters: typed.valuesOf('cluster'),
      tables: typed.valuesOf('table').map(tableOf),
      idleTimeoutMs: idle === undefined ? undefined : durationMs(idle),
      hostPorts: typed.has('host-ports'),
      coverage: typed.has('coverage'),
      log: oneOf(typed.value('log') ?? (ctx.json ? 'json' : 'text'), ['text', 'json'], '--log'),
    };
  },
  run(ctx, args): Promise<Reply> {
    if (args.coverage) return ctx.shell.coverage();
    if (args.host !== LOOPBACK) {
      ctx.terminal.stderr.write(
        `pegsh: listening on ${args.host}: whoever reaches this machine can read, change and delete everything\n`,
      );
    }
    return ctx.shell.serve(args, args.log === 'json' ? jsonLog(ctx) : textLog(ctx));
  },
  print(reply, { log }, { interactive }) {
    if ('requests' in reply) {
      const { requests, nowUs } = reply;
      if (log === 'json')
        return { out: `${JSON.stringify({ time_us: nowUs, event: 'stopped', requests })}\n` };
      return { out: `${interactive ? CLEAR_LINE : ''}stopped after ${requests} requests\n` };
    }
    return { out: reply.map(coverageLine).join('') };
  },
});

const CODE_WIDTH = 44;

function coverageLine({ code, server, is_served }: CoveredRpc): string {
  return `${code.padEnd(CODE_WIDTH)}${server.padEnd(9)}${is_served ? 'served' : 'ERR_HANDLER_NOT_FOUND'}\n`;
}

function hostOf(typed: Typed): string {
  const host = typed.value('host') ?? LOOPBACK;
  if (host === 'localhost') return LOOPBACK;
  if (isIPv4(host)) return host;
  throw new UsageError(`--host takes an IPv4 address of this machine, not "${host}"`);
}

function portOffsetOf(typed: Typed): number | undefined {
  const port = typed.value('port');
  const offset = typed.value('port-offset');
  if (port === undefined) return wholeNumber(offset ?? '0', '--port-offset');
  if (port !== '0')
    throw new UsageError(
      '--port takes only 0: any port that is free',
      '--port-offset N moves every port by N',
    );
  if (offset !== undefined) throw new UsageError('--port 0 and --port-offset exclude each other');
  return undefined;
}

function tableOf(typed: string): { name: string; partitions: number } {
  const [, name, partitions = String(DEFAULT_PARTITIONS)] = /^([^:]+)(?::(\d+))?$/.exec(typed) ?? [];
  if (name === undefined) throw new UsageError(`--table takes NAME or NAME:PARTITIONS, not "${typed}"`);
  return { name, partitions: wholeNumber(partitions, '--table') };
}

/** For people: what is served, one line an event, and on a terminal a last line that lives. */
function textLog({ terminal }: Context): ServeAudience {
  const { stdout, interactive } = terminal;
  let before = 0;
  let isReady = false;
  const say = (text: string): void => stdout.write(`${interactive ? CLEAR_LINE : ''}${text}\n`);
  return {
    ready(clusters) {
      for (const cluster of clusters) say(servedLine(cluster));
      if (interactive) say('Ctrl-C stops');
      isReady = true;
    },
    event({ event, ...details }, { nowUs }) {
      // Those that are up from the start stand in the lines above.
      if (event === 'server-up' && !isReady) return;
      const words = Object.values(details).map(String).join(' ');
      say(`${dateTime(nowUs / 1000)} ${event} ${words}`);
    },
    tick({ connections, requests, nowUs }) {
      const rate = requests - before;
      before = requests;
      if (!interactive) return;
      const line = `${connections} connections, ${rate} requests/s, ${dateTime(nowUs / 1000)}`;
      stdout.write(`${CLEAR_LINE}${line}`);
    },
  };
}

function servedLine({ name, metas, replicas }: ServedCluster): string {
  return `cluster ${name}: meta servers ${metas.join(',')}, replica servers ${replicas.join(',')}`;
}

/** For machines: one object a line. */
function jsonLog({ terminal }: Context): ServeAudience {
  const say = (entry: object): void => terminal.stdout.write(`${JSON.stringify(entry)}\n`);
  return {
    ready: (clusters, { nowUs }) => say({ time_us: nowUs, event: 'ready', clusters }),
    event: (event, { nowUs }) => say({ time_us: nowUs, ...event }),
    tick: () => {},
  };
}
