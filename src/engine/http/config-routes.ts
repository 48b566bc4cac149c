/** A server's configuration (`src/utils/flags.cpp`, `src/http/http_server.cpp`). */
import type { Cluster } from '../cluster.ts';
import { flagOf, tellFlag } from '../flags.ts';
import { isOfType, objectionTo } from '../settings/setting.ts';
import { SETTINGS, type SettingKey } from '../settings.ts';
import { type HttpReply, type HttpRequest, ok, type Routes } from './route.ts';
import { pairsJson, type Row, tablesJson } from './tables.ts';

export const CONFIG_ROUTES: Routes = {
  config: {
    help:
      'name=<config_name>. Gets the details of a specified config. Only the configs ' +
      'which are registered by DSN_DEFINE_xxx macro can be queried.',
    handle: config,
  },
  configs: {
    help: 'List all configs. Only the configs which are registered by DSN_DEFINE_xxx macro can be queried.',
    handle: configs,
  },
  updateConfig: {
    help: '<key>=<new_value>. Update the config to the new value.',
    handle: updateConfig,
  },
};

/** Upstream's names have no section before them; what only pegsh has is none of a server of Pegasus. */
const KEYS: ReadonlyMap<string, SettingKey> = new Map(
  (Object.keys(SETTINGS) as SettingKey[])
    .filter((key) => !key.startsWith('pegsh.'))
    .map((key) => [partsOf(key).name, key] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

function config({ cluster, node, args }: HttpRequest): HttpReply {
  const name = args.get('name');
  if ([...args.keys()].some((arg) => arg !== 'name')) return { status: 400, body: '' };
  if (name === undefined || name === '') return { status: 400, body: "name shouldn't be empty" };
  const key = KEYS.get(name);
  if (key === undefined) return ok(`ERR_OBJECT_NOT_FOUND: '${name}' is not found`);
  return ok(pairsJson(pairsOf(cluster, node, key)));
}

function configs({ cluster, node, args }: HttpRequest): HttpReply {
  if (args.size > 0) return { status: 400, body: '' };
  const tables = [...KEYS].map(([name, key]) => ({ name, rows: pairsOf(cluster, node, key) }));
  return ok(tablesJson(tables));
}

function updateConfig({ cluster, node, args }: HttpRequest): HttpReply {
  const status = (text: string): HttpReply => ({ status: 200, body: pairsJson([['update_status', text]]) });
  const refused = (why: string): HttpReply => status(`ERR_INVALID_PARAMETERS: ${why}`);
  const [pair] = args;
  if (pair === undefined || args.size > 1)
    return refused('there should be exactly one config to be updated once');
  const [name, value] = pair;
  const key = KEYS.get(name);
  if (key === undefined) return status(`ERR_OBJECT_NOT_FOUND: ${name} is not found`);
  const setting = SETTINGS[key];
  if (!setting.mutable) return refused(`${name} is not mutable`);
  if (setting.type === 'string') return refused('string modifications are not supported');
  if (!isOfType(setting.type, value)) return refused(`${value} is invalid`);
  if (objectionTo(setting, value) !== undefined) return refused('value validation failed');
  tellFlag(cluster, node, key, value);
  return status('ERR_OK');
}

function pairsOf(cluster: Cluster, node: string, key: SettingKey): (Row & [string, string])[] {
  const { section, name } = partsOf(key);
  const { type, mutable, meaning } = SETTINGS[key];
  return [
    ['name', name],
    ['section', section],
    ['type', `FV_${type.toUpperCase()}`],
    ['tags', mutable ? 'flag_tag::FT_MUTABLE' : ''],
    ['description', meaning],
    ['value', flagOf(cluster, node, key)],
  ];
}

function partsOf(key: SettingKey): { section: string; name: string } {
  const dot = key.lastIndexOf('.');
  return { section: key.slice(0, dot), name: key.slice(dot + 1) };
}
