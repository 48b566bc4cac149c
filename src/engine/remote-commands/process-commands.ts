import { parseSigned } from '../../rpc/idl/integer.ts';
import * as methods from '../../rpc/idl/methods.ts';
import * as peerMethods from '../../rpc/idl/peer-methods.ts';
import { configuredFlag } from '../flags.ts';
import { SETTINGS, type SettingKey } from '../settings.ts';
import type { RemoteCommand, Server } from './remote-command.ts';

interface Pool {
  /** `THREAD_POOL_…` without what all begin with. */
  readonly code: string;
  readonly name: string;
  /** Of a partitioned pool each worker has its own. */
  readonly queues: number;
}

/** The thread pools of each server of Pegasus's onebox (`config.min.ini`). A simulated server has nothing waiting in them. */
const POOLS: Readonly<Record<Server['role'], readonly Pool[]>> = {
  meta: [
    { code: 'DEFAULT', name: 'default', queues: 1 },
    { code: 'META_SERVER', name: 'THREAD_POOL_META_SERVER', queues: 1 },
    { code: 'META_STATE', name: 'meta_state', queues: 1 },
    { code: 'FD', name: 'fd', queues: 1 },
    { code: 'DLOCK', name: 'dist_lock', queues: 1 },
    { code: 'BLOCK_SERVICE', name: 'block_service', queues: 1 },
  ],
  replica: [
    { code: 'DEFAULT', name: 'default', queues: 1 },
    { code: 'REPLICATION_LONG', name: 'rep_long', queues: 1 },
    { code: 'REPLICATION', name: 'replica', queues: 2 },
    { code: 'FD', name: 'fd', queues: 1 },
    { code: 'LOCAL_APP', name: 'local_app', queues: 1 },
    { code: 'BLOCK_SERVICE', name: 'block_service', queues: 1 },
    { code: 'COMPACT', name: 'compact', queues: 1 },
    { code: 'INGESTION', name: 'ingestion', queues: 1 },
    { code: 'PLOG', name: 'plog', queues: 4 },
    { code: 'SCAN', name: 'scan_query', queues: 1 },
  ],
};

/** Among the sections of the configuration that make servers, sorted: `apps.collector` comes first. */
const APP_IDS: Readonly<Record<Server['role'], number>> = { meta: 2, replica: 3 };

/** What every server tells of its process (`service_engine.cpp`, `task_engine.cpp`, `task_code.cpp`, `service_api_c.cpp`). */
export const PROCESS_COMMANDS: readonly RemoteCommand[] = [
  {
    name: 'engine',
    description:
      'Get engine internal information, including threadpools and threads and queues in each threadpool',
    usage: '[app-id]',
    run: (server, words) => pretty(engine(server, words)),
  },
  {
    name: 'system.queue',
    description:
      'Get queue internal information, including the threadpool each queue belongs to, and the queue name and size',
    usage: '',
    run: ({ role }) =>
      pretty([
        {
          app_name: role,
          thread_pool: POOLS[role].map((pool) => ({ name: codeOf(pool), queue: queuesOf(pool) })),
        },
      ]),
  },
  {
    name: 'task.queue_max_length',
    description:
      "Get the current or set a new max task queue length of a specific thread_pool. It can be set it to INT_MAX which means a big enough value, but it can't be cancelled the delay/reject policy dynamically",
    usage: '<pool_code> [new_max_queue_length]',
    run: longestQueue,
  },
  {
    name: 'task-code',
    description: 'Query task code containing any given keywords',
    usage: '[keyword1] [keyword2] ...',
    run: (_, words) =>
      CODES.flatMap((code) => Array<string>(timesMeant(code, words)).fill(`    ${code}\n`)).join(''),
  },
  {
    name: 'config-dump',
    description: 'Dump all configurations to a server local path or to stdout',
    usage: '[target_file]',
    // A simulated server has no file system of its own to write to.
    run: (server, [file]) => (file === undefined ? configuration(server) : `config dump to file ${file}\n`),
  },
];

function engine({ role }: Server, [id]: readonly string[]): unknown {
  if (id === undefined) return { available_nodes: [`${APP_IDS[role]}.${role}`] };
  const asked = parseSigned(id, 32);
  if (asked === undefined) return { error: 'invalid argument, only one integer argument is acceptable' };
  if (Number(asked) !== APP_IDS[role]) return { error: `cannot find node with given app id(${asked})` };
  const pools = [...POOLS[role]].sort((a, b) => (a.code < b.code ? -1 : 1));
  return {
    [role]: Object.fromEntries(
      pools.map((pool) => [codeOf(pool), { queues: queuesOf(pool), threads: null }]),
    ),
  };
}

function codeOf({ code }: Pool): string {
  return `THREAD_POOL_${code}`;
}

function queuesOf({ name, queues }: Pool) {
  return Array.from({ length: queues }, (_, at) => ({ name: `${name}.${at}`, pending_task_count: 0 }));
}

const LONGEST = 1_000_000;
const INT_MAX = 2_147_483_647;

/** Kept by the process, and by nothing that a simulated server does. */
function longestQueue({ cluster, node, role }: Server, [code, length, ...more]: readonly string[]): string {
  if (code === undefined)
    return 'ERR: invalid arguments, task.queue_max_length <pool_code> [queue_max_length]';
  if (more.length > 0 || !POOLS[role].some((pool) => codeOf(pool) === code))
    return 'ERR: thread_pool not found';
  const record = cluster.node(node);
  const flag = `threadpool.${code}.queue_length_throttling_threshold`;
  if (length === undefined)
    return `The current task queue length of ${code} is ${record.flags?.[flag] ?? LONGEST}`;
  const wanted = length === 'INT_MAX' ? INT_MAX : Number(parseSigned(length, 32) ?? -1);
  if (wanted < 0) return "queue_max_length must be >= 0 or 'INT_MAX'";
  cluster.saveNode(node, { ...record, flags: { ...record.flags, [flag]: String(wanted) } });
  return `Task queue ${code} is updated to new max length ${wanted}`;
}

const CODES = [...Object.values(methods), ...Object.values(peerMethods)].map(({ code }) => code);

/** Once for each word that it contains. */
function timesMeant(code: string, words: readonly string[]): number {
  return words.length === 0 ? 1 : words.filter((word) => code.includes(word)).length;
}

/** By section, as upstream writes its configuration. */
function configuration({ cluster, node }: Server): string {
  const sections = new Map<string, string[]>();
  for (const key of (Object.keys(SETTINGS) as SettingKey[]).sort()) {
    const dot = key.lastIndexOf('.');
    const [section, name] = [key.slice(0, dot), key.slice(dot + 1)];
    if (section === 'pegsh') continue;
    const value = cluster.node(node).flags?.[key] ?? configuredFlag(cluster, key);
    const entry = `; ${SETTINGS[key].meaning}\n${name} = ${value}\n\n`;
    sections.set(section, [...(sections.get(section) ?? []), entry]);
  }
  return [...sections].map(([section, entries]) => `[${section}]\n${entries.join('')}\n`).join('');
}

/** Two blanks a level. */
function pretty(answer: unknown): string {
  return JSON.stringify(answer, undefined, 2);
}
