import { UsageError } from '../errors.ts';
import { META_SERVER } from './settings/meta-server.ts';
import { OTHER_SECTIONS, PEGSH } from './settings/other-sections.ts';
import { PEGASUS_SERVER } from './settings/pegasus-server.ts';
import { REPLICATION } from './settings/replication.ts';
import { objectionTo } from './settings/setting.ts';

/** Every tunable of a cluster. Defaults are those of Pegasus's own onebox (`config.min.ini`, else what is compiled in). */
export const SETTINGS: Settings = Object.assign(
  // An object that begins as a dictionary takes keys at a tenth of the cost, and there are more than 150.
  Object.create(null),
  META_SERVER,
  REPLICATION,
  PEGASUS_SERVER,
  OTHER_SECTIONS,
  PEGSH,
);

type Settings = typeof META_SERVER &
  typeof REPLICATION &
  typeof PEGASUS_SERVER &
  typeof OTHER_SECTIONS &
  typeof PEGSH;

export type SettingKey = keyof typeof SETTINGS;

/** Those that something here goes by. */
export type EffectiveKey = {
  [K in SettingKey]: boolean extends (typeof SETTINGS)[K]['hasEffect'] ? K : never;
}[SettingKey];

export type SettingValue<K extends SettingKey> = (typeof SETTINGS)[K]['value'];

/** Whether a cluster has a setting of that name, `section.key`. */
export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** A setting's value: what the cluster overrides, else the default. */
export function settingValue<K extends SettingKey>(
  key: K,
  overrides: Readonly<Record<string, string>>,
): SettingValue<K> {
  const text = overrides[key];
  const { value } = SETTINGS[key];
  if (text === undefined) return value as SettingValue<K>;
  if (typeof value === 'string') return text as SettingValue<K>;
  return (typeof value === 'boolean' ? text === 'true' : Number(text)) as SettingValue<K>;
}

/** What a server takes from the configuration when it starts, and keeps until it ends. */
export function readAtStart(overrides: Readonly<Record<string, string>>): Record<string, string> {
  const isKept = ([key]: [string, string]) => isSettingKey(key) && !SETTINGS[key].mutable;
  return Object.fromEntries(Object.entries(overrides).filter(isKept));
}

/** @throws UsageError when there is no such setting, or the text is not a value of it */
export function checkSetting(key: string, text: string): SettingKey {
  if (!isSettingKey(key)) {
    throw new UsageError(`unknown setting '${key}'`, 'pegsh cluster config <name> lists every setting');
  }
  const objection = objectionTo(SETTINGS[key], text);
  if (objection === undefined) return key;
  throw new UsageError(`'${text}' is not a value of ${key}: it takes ${objection}`);
}
