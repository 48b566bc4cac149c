import { operationCounts } from '../meta/balance/balancer.ts';
import { scheduleCheck } from '../meta/check-timer.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { RemoteCommand, Server } from './remote-command.ts';

type Answer = Readonly<Record<string, string | number | boolean>>;

export const META_COMMANDS: readonly RemoteCommand[] = [
  onLeader(
    'meta.lb.assign_secondary_black_list',
    'Control the assign secondary black list',
    '[host1:port,host2:port,...|clear]',
    blackList,
  ),
  onLeader(
    'meta.lb.get_balance_operation_count',
    'Get balance operation count',
    '[total | move_pri | copy_pri | copy_sec | detail]',
    balanceOperations,
  ),
  onLeader(
    'meta.lb.ignored_app_list',
    'Get, set or clear balancer ignored_app_list',
    '<get|set|clear> [set_app_id1,set_app_id2,...]',
    ignoredTables,
  ),
  {
    name: 'meta.dump',
    description: 'Dump app_states of meta server to a local file',
    usage: '<target_file>',
    role: 'meta',
    needs: 'state',
    // A simulated server has no file system of its own to write to.
    run: (_, words) => (words.length === 1 ? 'ERR_FILE_OPERATION_FAILED' : 'ERR_INVALID_PARAMETERS'),
  },
  {
    name: 'fd.allow_list',
    description: 'Show the allow list of failure detector',
    usage: '',
    role: 'meta',
    run: (server) => pretty(allowList(server)),
  },
];

/** A command about what only the leader has in memory. */
function onLeader(
  name: string,
  description: string,
  usage: string,
  answer: (meta: MetaServer, words: readonly string[]) => Answer,
): RemoteCommand {
  return {
    name,
    description,
    usage,
    role: 'meta',
    needs: 'lead',
    run: ({ cluster }, words) => pretty(answer(cluster.meta as MetaServer, words)),
  };
}

/** Sorted by key, two blanks a level. */
function pretty(answer: Answer): string {
  const sorted = Object.entries(answer).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), undefined, 2);
}

/** Servers that get no new secondaries (`partition_guardian.cpp ctrl_assign_secondary_black_list`). */
function blackList(meta: MetaServer, words: readonly string[]): Answer {
  const { process } = meta;
  const [word] = words;
  if (word === undefined) {
    return { assign_secondary_black_list: (process.black_list ?? []).join(','), error: 'ok' };
  }
  if (words.length > 1) return { error: 'invalid argument, 0 or 1 argument is acceptable' };
  const nodes = word === 'clear' ? [] : listed(word);
  if (word !== 'clear' && nodes.length === 0) {
    const form = "'<host:port,host:port,host:port>'";
    return { error: `invalid argument, the argument should be in form of ${form}` };
  }
  const bad = nodes.find((node) => !/^[^\s:]+:\d{1,5}$/.test(node));
  if (bad !== undefined) return { error: `invalid argument, bad host:port '${bad}'` };
  meta.saveProcess({ ...process, black_list: [...new Set(nodes)].sort() });
  scheduleCheck(meta);
  return { error: 'ok' };
}

function balanceOperations(meta: MetaServer, words: readonly string[]): Answer {
  const [asked = 'total'] = words;
  const { copy_pri, copy_sec, move_pri, total } = operationCounts(meta);
  const counts: Readonly<Record<string, Answer>> = {
    total: { total },
    move_pri: { move_pri },
    copy_pri: { copy_pri },
    copy_sec: { copy_sec },
    detail: { copy_pri, copy_sec, move_pri, total },
  };
  return (words.length <= 1 ? counts[asked] : undefined) ?? { error: 'invalid arguments' };
}

/** Tables that the balancer leaves alone (`load_balance_policy.cpp`). */
function ignoredTables(meta: MetaServer, words: readonly string[]): Answer {
  const { process } = meta;
  const [what, ids] = words;
  if (what === 'get') return { ignored_app_id_list: (process.ignored_apps ?? []).join(',') };
  if (what !== 'set' && what !== 'clear') return { error: 'invalid arguments' };
  const chosen = what === 'clear' ? [] : listed(words.length === 2 ? (ids ?? '') : '');
  const isWrong = what === 'set' && (chosen.length === 0 || !chosen.every((id) => /^-?\d{1,9}$/.test(id)));
  if (isWrong) return { error: 'invalid argument' };
  const ignored_apps = [...new Set(chosen.map(Number))].sort((a, b) => a - b);
  meta.saveProcess({ ...process, ignored_apps });
  for (const { app_id, status } of meta.tree.apps())
    if (status === 'AS_AVAILABLE') meta.needsAttention(app_id);
  return { error: 'ok' };
}

function allowList({ cluster, node }: Server): Answer {
  const enabled = cluster.settingOf(node, 'meta_server.enable_white_list');
  return { allow_list: listed(cluster.settingOf(node, 'meta_server.replica_white_list')).join(','), enabled };
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
