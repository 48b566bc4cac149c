import { UsageError } from '../../errors.ts';
import type { ConfigRow } from '../../rpc/idl/control.ts';
import type { Cluster } from '../cluster.ts';
import { scheduleCheck } from '../meta/check-timer.ts';
import { watchLimits } from '../meta/duplication-limit.ts';
import { ADDRESS_PREFIX, duplicationId, ID_PREFIX, metaListOf } from '../peers.ts';
import { checkSetting, isSettingKey, SETTINGS, type SettingKey, settingValue } from '../settings.ts';
import type { Universe } from '../universe.ts';

/** Every setting of a cluster, and what it says of each cluster of the workspace. */
export function getConfig(universe: Universe, { name }: { name: string }): { rows: ConfigRow[] } {
  const cluster = universe.cluster(name);
  const settings = (Object.keys(SETTINGS) as SettingKey[]).map((key) => rowOf(cluster, key));
  return { rows: [...settings, ...peerKeys(cluster).map((key) => peerRowOf(cluster, key))] };
}

/** Sets a value, or goes back to the default. What servers read only when they start waits for that. */
export function setConfig(
  universe: Universe,
  request: { name: string; key: string; value?: string },
): ConfigRow {
  const cluster = universe.cluster(request.name);
  const { key, value } = request;
  const isPeer = key.startsWith(ID_PREFIX) || key.startsWith(ADDRESS_PREFIX);
  if (isPeer && value !== undefined) checkPeer(cluster, key, value);
  if (!isPeer) checkSetting(key, value ?? defaultText(key));
  const { [key]: _old, ...others } = cluster.overrides;
  cluster.saveOverrides(value === undefined ? others : { ...others, [key]: value });
  if (isSettingKey(key) && SETTINGS[key].mutable) cluster.clearFlag(key);
  if (cluster.meta !== undefined) {
    if (key.startsWith(LIMIT_PREFIX)) watchLimits(cluster.meta);
    scheduleCheck(cluster.meta);
  }
  return isPeer ? peerRowOf(cluster, key) : rowOf(cluster, key as SettingKey);
}

/** Of the settings for duplications that do not ship in time. */
const LIMIT_PREFIX = 'pegsh.dup_prepare_timeout';

function defaultText(key: string): string {
  return isSettingKey(key) ? String(SETTINGS[key].value) : '';
}

function rowOf(cluster: Cluster, key: SettingKey): ConfigRow {
  const setting = SETTINGS[key];
  return {
    key,
    value: String(settingValue(key, cluster.overrides)),
    default_value: String(setting.value),
    is_default: cluster.overrides[key] === undefined,
    unit: setting.unit,
    is_mutable: setting.mutable,
    meaning: setting.meaning,
    has_effect: setting.hasEffect,
    ...(setting.seen === undefined ? {} : { seen: setting.seen }),
  };
}

/** Two for each cluster of the workspace, and those that were set for others. */
function peerKeys(cluster: Cluster): string[] {
  const names = cluster.universe.clusterNames();
  const configured = Object.keys(cluster.overrides);
  return [ID_PREFIX, ADDRESS_PREFIX].flatMap((prefix) => {
    const known = names.map((name) => `${prefix}${name}`);
    return [...known, ...configured.filter((key) => key.startsWith(prefix) && !known.includes(key))];
  });
}

function peerRowOf(cluster: Cluster, key: string): ConfigRow {
  const isId = key.startsWith(ID_PREFIX);
  const name = key.slice(isId ? ID_PREFIX.length : ADDRESS_PREFIX.length);
  const peer = cluster.universe.findCluster(name)?.record;
  const configured = cluster.overrides[key];
  const value = isId ? `${duplicationId(cluster, name) ?? 0}` : (metaListOf(cluster, name) ?? []).join(',');
  return {
    key,
    value: configured ?? value,
    default_value: isId ? `${peer?.cluster_id ?? 0}` : (peer?.metas ?? []).join(','),
    is_default: configured === undefined,
    unit: '',
    is_mutable: true,
    meaning: isId
      ? `id of cluster ${name} in duplication, 1 to 127; 0 = not configured`
      : `meta servers of cluster ${name}`,
    has_effect: true,
  };
}

/** @throws UsageError for what a server of Pegasus would not start with */
function checkPeer(cluster: Cluster, key: string, value: string): void {
  if (key.startsWith(ADDRESS_PREFIX)) return;
  const name = key.slice(ID_PREFIX.length);
  if (!/^\d{1,3}$/.test(value) || Number(value) > 127) {
    throw new UsageError(
      `cluster_id(${value}) for ${name} should be in [1, 127]`,
      '0 takes the cluster out of the configuration',
    );
  }
  const names = cluster.universe.clusterNames();
  const rival = names.find((other) => other !== name && duplicationId(cluster, other) === Number(value));
  if (rival === undefined || value === '0') return;
  throw new UsageError(
    'there might be duplicate cluster_id in configuration',
    `${cluster.name} has id ${value} for ${rival}: give that another one first`,
  );
}
