import type { Cluster } from './cluster.ts';
import { scheduleCheck } from './meta/check-timer.ts';
import { SETTINGS, type SettingKey } from './settings.ts';

/** What a server goes by: what it was told, what it read when it started, or the configuration. */
export function flagOf(cluster: Cluster, node: string, key: SettingKey): string {
  return cluster.node(node).flags?.[key] ?? configuredFlag(cluster, key);
}

/** A setting as the cluster's configuration has it, as text; servers may go by another value. */
export function configuredFlag(cluster: Cluster, key: SettingKey): string {
  return cluster.overrides[key] ?? String(SETTINGS[key].value);
}

/** Until its process ends, or the configuration is changed. */
export function tellFlag(cluster: Cluster, node: string, key: SettingKey, value: string): void {
  const record = cluster.node(node);
  cluster.saveNode(node, { ...record, flags: { ...record.flags, [key]: value } });
  if (cluster.meta !== undefined) scheduleCheck(cluster.meta);
}
