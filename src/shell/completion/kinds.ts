import { KINDS as FAULTS } from '../../commands/pegsh/fault/kinds.ts';
import type { Completion } from '../../commands/shell.ts';
import { MetaFunctionLevel } from '../../rpc/idl/cluster.ts';
import { APP_ENVS } from './app-envs.ts';
import type { Names } from './names.ts';

/** What a word of a command stands for, as far as it can be told from how its usage calls it. */
export interface Slot {
  /** Of the command. */
  readonly command: string;
  /** `app_name`, `NODE`, `all|exact`; of a flag, what stands for its value. */
  readonly name: string;
  /** The flag whose value it is: `--table`. */
  readonly flag?: string;
}

/** What was typed before, where it matters for what comes next. */
export interface Before {
  /** The table that is named or in use. */
  readonly table: string | undefined;
  readonly cluster: string;
  /** The word before. */
  readonly word: string;
}

type Kind =
  | 'table'
  | 'dropped table'
  | 'cluster'
  | 'remote cluster'
  | 'node'
  | 'dup'
  | 'setting'
  | 'setting value'
  | 'env'
  | 'env value'
  | 'status'
  | 'duration'
  | 'fault'
  | 'level'
  | 'none';

const STATUSES = ['DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE', 'DS_REMOVED'];
const NODE_STATES = ['alive', 'unalive', 'running', 'stopped', 'killed', 'crashed'];
const LEVELS = Object.keys(MetaFunctionLevel.numbers)
  .filter((level) => level !== 'fl_invalid')
  .map((level) => level.replace('fl_', ''));
const DURATIONS = ['10s', '1m', '5m', '1h'];

const NEW_NAME = /^(create|cluster create|cluster add|create table|rename new)/;
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(old_)?(app_name|table(_name)?|t)$/i, 'table'],
  [/^remote_cluster_name$/i, 'remote cluster'],
  [/^cluster(_name)?$/i, 'cluster'],
  [/^(node|replica|address)$/i, 'node'],
  [/^dup_?id$/i, 'dup'],
  [/^duration$/i, 'duration'],
  [/^status$/i, 'status'],
  [/^kind$/i, 'fault'],
  [/^level$/i, 'level'],
];

/** What kind of thing goes there. Upstream and pegsh's own commands name their words alike, with few exceptions. */
export function kindOf({ command, name, flag = '' }: Slot): Kind {
  if (command === 'recall') return /name/i.test(name) ? 'none' : 'dropped table';
  if (/^cluster (use|show|remove|config)$/.test(command) && name === 'NAME') return 'cluster';
  if (command === 'cluster config') return name === 'VALUE' ? 'setting value' : 'setting';
  if (/env/.test(command) && /^key/i.test(name)) return 'env';
  if (/env/.test(command) && /^value/i.test(name)) return 'env value';
  if (NEW_NAME.test(command) && flag === '') return 'none';
  if (command === 'duplication add' && /^--?c(luster)?$/.test(flag)) return 'remote cluster';
  if (/^--?cluster$/.test(flag)) return 'cluster';
  if (/^--?(table|app_name)$/.test(flag)) return 'table';
  if (/^--?(dup|dup_?id)$/.test(flag)) return 'dup';
  if (/^--?node$/.test(flag)) return 'node';
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'none';
}

/** What can stand there: the choices that the usage lists, or what there is in the clusters. */
export async function candidatesFor(
  slot: Slot,
  names: Names,
  before: Before,
): Promise<readonly Completion[]> {
  const choices = choicesOf(slot.name);
  if (choices.length > 0) return choices.flatMap(spelledOut).map((value) => ({ value }));
  switch (kindOf(slot)) {
    case 'table':
      return names.tables();
    case 'dropped table':
      return names.droppedTables();
    case 'cluster':
      return names.clusters();
    case 'remote cluster':
      return names.otherClusters();
    case 'node':
      return names.nodes();
    case 'dup':
      return names.dupIds(before.table);
    case 'setting':
      return names.settings(before.cluster);
    case 'setting value':
      return settingValues(before.word);
    case 'env':
      return envKeys(await (before.table === undefined ? [] : names.envs(before.table)));
    case 'env value':
      return (APP_ENVS[before.word] ?? []).map((value) => ({ value }));
    case 'status':
      return STATUSES.map((value) => ({ value }));
    case 'duration':
      return DURATIONS.map((value) => ({ value }));
    case 'fault':
      return Object.entries(FAULTS).map(([value, { meaning }]) => ({ value, about: meaning }));
    case 'level':
      return LEVELS.map((value) => ({ value }));
    case 'none':
      return [];
  }
}

/** `all|exact|prefix`: no choice is more than a word. */
function choicesOf(name: string): string[] {
  const choices = name.replace(/^<(.*)>$/, '$1').split('|');
  return choices.length > 1 && choices.every((choice) => /^[\w=-]+$/.test(choice)) ? choices : [];
}

/** `dup=STATUS` is each of its values. */
function spelledOut(choice: string): string[] {
  const [key, placeholder] = choice.split('=', 2);
  if (placeholder === 'STATUS') return STATUSES.map((status) => `${key}=${status}`);
  if (placeholder === 'STATE') return NODE_STATES.map((state) => `${key}=${state}`);
  return placeholder === undefined ? [choice] : [`${key}=`];
}

function settingValues(key: string): Completion[] {
  return /auth|enable|disable|remove|\bis_/.test(key) ? ['true', 'false'].map((value) => ({ value })) : [];
}

/** Those that the table has come first, with their values. */
function envKeys(present: readonly Completion[]): Completion[] {
  const own = new Set(present.map(({ value }) => value));
  const others = Object.keys(APP_ENVS).filter((key) => !own.has(key));
  return [...present, ...others.map((value) => ({ value }))];
}
