import { KINDS as FAULTS } from '../../commands/pegsh/fault/kinds.ts';
import type { Completion } from '../../commands/shell.ts';
import { INCIDENTS } from '../../operations/incident.ts';
import { MetaFunctionLevel } from '../../rpc/idl/cluster.ts';
import { ConfigType } from '../../rpc/idl/configuration.ts';
import { APP_ENVS } from './app-envs.ts';
import { isList, type Kind, kindOf, type Slot } from './kinds.ts';
import type { Names } from './names.ts';

/** What is typed already, where it matters for what comes next. */
export interface Before {
  /** The table that is named or in use. */
  readonly table: string | undefined;
  /** The word before; empty for the first one. */
  readonly word: string;
  /** What the word at the cursor begins with. */
  readonly partial: string;
}

const STATUSES = ['DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE', 'DS_REMOVED'];
const NODE_STATES = ['alive', 'unalive', 'running', 'stopped', 'killed', 'crashed'];
const LEVELS = Object.keys(MetaFunctionLevel.numbers)
  .filter((level) => level !== 'fl_invalid')
  .map((level) => level.replace('fl_', ''));
const PROPOSALS = Object.keys(ConfigType.numbers)
  .filter((type) => type !== 'CT_INVALID')
  .map((type) => type.replace('CT_', ''));

/**
 * What can stand there: the choices that the usage lists, or what there is in the clusters. While one types, a cluster that
 * refuses or does not answer is no error: there is only nothing to choose from.
 *
 * @param namesOf what there is, asked for where it is needed
 */
export async function candidatesFor(
  slot: Slot,
  namesOf: () => Promise<Names>,
  before: Before,
): Promise<readonly Completion[]> {
  const choices = choicesOf(slot.name);
  if (choices.length > 0) return plain(choices.flatMap(spelledOut));
  const kind = kindOf(slot);
  if (kind === 'none') return [];
  const candidates = await ofKind(kind, await namesOf(), before).catch(() => []);
  const others = isList(slot) ? before.partial.slice(0, before.partial.lastIndexOf(',') + 1) : '';
  return others === '' ? candidates : candidates.map((one) => ({ ...one, value: others + one.value }));
}

async function ofKind(kind: Kind, names: Names, before: Before): Promise<readonly Completion[]> {
  return CANDIDATES[kind](names, before);
}

type Find = (names: Names, before: Before) => readonly Completion[] | Promise<readonly Completion[]>;

const CANDIDATES: Readonly<Record<Kind, Find>> = {
  table: (names) => names.tables(),
  'target table': (names) => names.tables(),
  'dropped table': (names) => names.droppedTables(),
  'table id': (names) => names.tableIds(),
  cluster: (names) => names.clusters(),
  'remote cluster': (names) => names.otherClusters(),
  node: (names) => names.nodes(),
  address: async (names) => [...(await names.metaAddresses()), ...(await names.replicaAddresses())],
  'meta address': (names) => names.metaAddresses(),
  'replica address': (names) => names.replicaAddresses(),
  dup: (names, { table }) => names.dupIds(table),
  gpid: (names) => names.gpids(),
  partition: (names, { table }) => names.partitions(table),
  policy: (names) => names.backupPolicies(),
  provider: () => plain(['local_service']),
  proposal: () => plain(PROPOSALS),
  'remote command': (names, { word }) => (word === '' ? names.remoteCommands(['meta', 'replica']) : []),
  'meta remote command': (names, { word }) => (word === '' ? names.remoteCommands(['meta']) : []),
  'replica remote command': (names, { word }) => (word === '' ? names.remoteCommands(['replica']) : []),
  'meta config': (names, { word }) => configs(word, () => names.serverConfigs('meta')),
  'replica config': (names, { word }) => configs(word, () => names.serverConfigs('replica')),
  setting: (names) => names.settings(),
  'setting value': (_names, { word }) => settingValues(word),
  env: async (names, { table }) =>
    envKeys(table === undefined ? [] : await names.envs(table).catch(() => [])),
  'env value': (_names, { word }) => plain(APP_ENVS[word] ?? []),
  'env with value': () => envsWithValues(),
  operation: () => plain(['delete', 'update-ttl']),
  'ttl type': () => plain(['from-now', 'from-current', 'timestamp']),
  match: () => plain(['anywhere', 'prefix', 'postfix']),
  status: () => plain(STATUSES),
  duration: () => plain(['10s', '1m', '5m', '1h']),
  snapshot: (names) => names.snapshots(),
  incident: () => INCIDENTS.map(({ issue, title }) => ({ value: issue, about: title })),
  fault: (names) => names.faults(),
  'fault kind': () => Object.entries(FAULTS).map(([value, { meaning }]) => ({ value, about: meaning })),
  level: () => plain(LEVELS),
  file: (names, { partial }) => names.files(partial),
  none: () => [],
};

function plain(values: readonly string[]): Completion[] {
  return values.map((value) => ({ value }));
}

/** `all|exact|prefix`: no choice is more than a word. */
function choicesOf(name: string): string[] {
  const choices = name.replace(/^<(.*)>$/, '$1').split('|');
  return choices.length > 1 && choices.every((choice) => /^[\w=-]+$/.test(choice)) ? choices : [];
}

/** `dup=STATUS` is each of its values. */
function spelledOut(choice: string): string[] {
  if (choice === 'STATUS') return STATUSES;
  const [key, placeholder] = choice.split('=', 2);
  if (placeholder === 'STATUS') return STATUSES.map((status) => `${key}=${status}`);
  if (placeholder === 'STATE') return NODE_STATES.map((state) => `${key}=${state}`);
  return placeholder === undefined ? [choice] : [`${key}=`];
}

function settingValues(key: string): Completion[] {
  return /auth|enable|disable|remove|\bis_/.test(key) ? plain(['true', 'false']) : [];
}

/** admin-cli's `server-config`: `list`, or a name and what is to be done with it. */
async function configs(word: string, named: Names['gpids']): Promise<readonly Completion[]> {
  if (word === '') return [{ value: 'list', about: 'all that can be changed' }, ...(await named())];
  return ['list', 'get', 'set'].includes(word) ? [] : plain(['get', 'set']);
}

/** Those that the table has come first, with their values. */
function envKeys(present: readonly Completion[]): Completion[] {
  const own = new Set(present.map(({ value }) => value));
  return [...present, ...plain(Object.keys(APP_ENVS).filter((key) => !own.has(key)))];
}

function envsWithValues(): Completion[] {
  return plain(
    Object.entries(APP_ENVS).flatMap(([key, values]) =>
      values.length === 0 ? [`${key}=`] : values.map((value) => `${key}=${value}`),
    ),
  );
}
