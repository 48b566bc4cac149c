import type { AddFaultRequest } from '../rpc/idl/control.ts';
import { beginLines } from './begin.ts';
import type { DataOperation, DuplicationOperation, Operation, Plan, TableOperation } from './operation.ts';
import type { World } from './world.ts';

/** A plan as a script in the C++ shell's dialect, for a new workspace with a manual clock. */
export function scriptOf(
  plan: Plan,
  violation: string,
  { ids, lines: chosen }: Pick<World, 'ids' | 'lines'>,
): string {
  const lines = [
    `# ${violation.replaceAll('\n', ' ')}`,
    `# pegsh -w DIR init --seed ${plan.seed} --clock manual`,
    '# pegsh -w DIR --dialect cpp-shell run THIS --keep-going',
    ...plan.clusters.flatMap(beginLines),
  ];
  const used: Used = { cluster: '', table: '' };
  for (const operation of plan.operations) {
    const line = chosen.get(operation) ?? lineOf(operation, ids.get(operation));
    lines.push(...linesToUse(operation, used), line);
    if (['corrupt', 'rest', 'recover'].includes(operation.kind))
      Object.assign(used, { cluster: '', table: '' });
  }
  return `${lines.join('\n')}\n`;
}

/** What the lines so far have chosen. */
interface Used {
  cluster: string;
  table: string;
}

/** What has to be chosen before an operation. */
function linesToUse(operation: Operation, used: Used): string[] {
  if (!('cluster' in operation)) return [];
  const { cluster } = operation;
  const lines: string[] = [];
  if (used.cluster !== cluster) lines.push(`cluster use ${cluster}`);
  if (used.cluster !== cluster) used.table = '';
  used.cluster = cluster;
  const needsTable = 'hashKey' in operation || operation.kind === 'set_env' || operation.kind === 'del_env';
  if (needsTable && used.table !== operation.table) {
    used.table = operation.table;
    lines.push(`use ${operation.table}`);
  }
  return lines;
}

function lineOf(operation: Operation, id: number | undefined): string {
  if ('hashKey' in operation) return dataLine(operation);
  switch (operation.kind) {
    case 'compact':
      return `manual-compaction start -a ${operation.table}`;
    case 'full_scan':
      return '# full_scan';
    case 'add_policy':
    case 'enable_policy':
    case 'disable_policy':
    case 'keep_backups':
    case 'add_to_policy':
    case 'remove_from_policy':
    case 'start_split':
    case 'control_split':
    case 'move':
    case 'detect_hotkey':
    case 'migrate_disk':
    case 'backup':
    case 'restore':
    case 'recover':
      return `# ${operation.kind} was not possible`;
  }
  if ('table' in operation) return tableLine(operation, id);
  switch (operation.kind) {
    case 'wait':
    case 'rest':
      return `clock advance ${operation.ms}ms`;
    case 'reopen':
      return '# here the process ended, and another went on';
    case 'node':
      return `node ${operation.action} ${operation.node}`;
    case 'level':
      return `set_meta_level ${operation.level.replace('fl_', '')}`;
    case 'power_cut':
      return `# the process died over this, and another went on: ${lineOf(operation.during, undefined)}`;
    case 'ddd_diagnose':
      return 'ddd_diagnose -d -a';
    case 'clear_faults':
      return 'fault clear';
    case 'fault':
      return faultLine(operation.fault);
    case 'corrupt':
      return `# no disk of ${operation.cluster} could be spared`;
  }
}

function tableLine(operation: TableOperation | DuplicationOperation, id: number | undefined): string {
  const { table } = operation;
  switch (operation.kind) {
    case 'create':
      return `create ${table} -p ${operation.partitions} -r ${operation.replicas}${operation.idempotent === true ? ' -i' : ''}`;
    case 'drop':
      return `drop ${table}`;
    case 'recall':
      return `recall ${id ?? 1}${operation.to === undefined ? '' : ` ${operation.to}`}`;
    case 'rename':
      return `rename ${table} ${operation.to}`;
    case 'set_env':
      return `set_app_envs ${operation.key} ${operation.value}`;
    case 'del_env':
      return `del_app_envs ${operation.key}`;
    case 'set_replica_count':
      return `set_replica_count ${table} ${operation.replicas}`;
    case 'set_atomic_idempotent':
      return `${operation.isOn ? 'enable' : 'disable'}_atomic_idempotent ${table}`;
    case 'add_dup':
      return `add_dup ${table} ${operation.remote}${operation.full ? ' -s' : ''}`;
    case 'set_dup_fail_mode':
      return `set_dup_fail_mode ${table} ${id ?? 1} ${operation.failMode === 'FAIL_SKIP' ? 'skip' : 'slow'}`;
    default:
      return `${operation.kind} ${table} ${id ?? 1}`;
  }
}

function dataLine(operation: DataOperation): string {
  const { hashKey, kind } = operation;
  switch (operation.kind) {
    case 'set': {
      const { sortKey, value, ttl } = operation;
      return `set ${hashKey} ${sortKey} ${value}${ttl > 0 ? ` ${ttl}` : ''}`;
    }
    case 'get':
    case 'ttl':
    case 'del':
      return `${kind} ${hashKey} ${operation.sortKey}`;
    case 'incr':
      return `incr ${hashKey} ${operation.sortKey} ${operation.by}${withTtl(operation.ttl)}`;
    case 'check_and_set': {
      const { check, sortKey, value, ttl = 0 } = operation;
      const type = check.type.replace('CT_VALUE_', '').toLowerCase();
      return `check_and_set ${hashKey} -c ${check.sortKey} -t ${type} -o ${check.operand} -s ${sortKey} -v ${value} -l ${ttl}`;
    }
    case 'check_and_mutate': {
      const { check, removed, sortKey, value } = operation;
      return `# check_and_mutate ${hashKey}: if ${check.sortKey} is ${check.type} ${check.operand}, del ${removed}, set ${sortKey} ${value}`;
    }
    case 'multi_set': {
      const pairs = operation.sortKeys.map((key) => `${key} ${operation.value}`).join(' ');
      return `multi_set ${hashKey} ${pairs}${withTtl(operation.ttl)}`;
    }
    case 'multi_del':
      return `multi_del ${hashKey} ${operation.sortKeys.join(' ')}`;
    case 'multi_get':
      return `multi_get ${hashKey}`;
    case 'sortkey_count':
      return `count ${hashKey}`;
    case 'hash_scan':
      return `hash_scan ${hashKey} '' ''`;
  }
}

/** The C++ shell cannot say how long what these write is to live. */
function withTtl(ttl = 0): string {
  return ttl === 0 ? '' : `\n# with a time to live of ${ttl} s`;
}

/** A fault as it is typed. */
export function faultLine(fault: AddFaultRequest): string {
  const { cluster, kind, from, to, one_way, ratio, min_us, max_us, after_us, for_us } = fault;
  return [
    `-C ${cluster} fault add ${kind} ${from}${to === '' ? '' : ` ${to}`}`,
    ...(one_way ? ['--one-way'] : []),
    ...(ratio < 1 ? [`--ratio ${ratio}`] : []),
    ...(kind === 'clock_skew' ? [`--by=${min_us / 1000}ms`] : []),
    ...(max_us > 0 && kind !== 'clock_skew'
      ? [`--min ${milliseconds(min_us)} --max ${milliseconds(max_us)}`]
      : []),
    ...(after_us > 0 ? [`--after ${milliseconds(after_us)}`] : []),
    ...(for_us > 0 ? [`--for ${milliseconds(for_us)}`] : []),
  ].join(' ');
}

function milliseconds(us: number): string {
  return `${Math.ceil(us / 1000)}ms`;
}
