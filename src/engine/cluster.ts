import { ClusterError } from '../errors.ts';
import { directoryOf } from './address.ts';
import { isPresentUnlessRepaired } from './defects.ts';
import type { ClusterRecord, NodeRecord } from './documents/cluster.ts';
import { EffectiveSettings } from './effective-settings.ts';
import { MetaServer } from './meta/meta-server.ts';
import { ReplicaServer } from './replica/replica-server.ts';
import { type EffectiveKey, SETTINGS, type SettingKey, type SettingValue, settingValue } from './settings.ts';
import { damage } from './storage/damage.ts';
import type { Doc } from './storage/store.ts';
import type { Universe } from './universe.ts';

type ClusterDocument = ClusterRecord | NodeRecord | Record<string, string>;

/** One cluster of the universe: its configuration, and those of its servers that run. */
export class Cluster {
  readonly universe: Universe;
  readonly name: string;
  private readonly doc: Doc<ClusterDocument>;
  private readonly metaServers = new Map<string, MetaServer>();
  private readonly replicaServers = new Map<string, ReplicaServer>();
  /** Those that run, until a server's state changes. */
  private running: readonly ReplicaServer[] | undefined;
  private configuration: Readonly<Record<string, string>> | undefined;
  private readonly settings = new Map<string, EffectiveSettings>();

  constructor(universe: Universe, name: string) {
    this.universe = universe;
    this.name = name;
    this.doc = universe.store.document<ClusterDocument>(`clusters/${name}/cluster.json`);
  }

  get record(): ClusterRecord {
    const record = this.doc.get('cluster') as ClusterRecord | undefined;
    if (record !== undefined) return record;
    if (this.universe.clusterNames().includes(this.name))
      throw damage(`clusters/${this.name}/cluster.json`, '', 'does not have "cluster"');
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no cluster '${this.name}'`);
  }

  save(record: ClusterRecord): void {
    this.doc.set('cluster', record);
  }

  get overrides(): Readonly<Record<string, string>> {
    this.configuration ??= (this.doc.get('config') as Record<string, string> | undefined) ?? {};
    return this.configuration;
  }

  saveOverrides(overrides: Record<string, string>): void {
    this.doc.set('config', overrides);
    this.configuration = overrides;
    for (const settings of this.settings.values()) settings.forget();
  }

  /** A setting as it is configured; a server that runs may go by another value (`settingsOf`). */
  setting<K extends SettingKey>(key: K): SettingValue<K> {
    return settingValue(key, this.overrides);
  }

  /** The settings as a running server goes by them. */
  settingsOf(node: string): EffectiveSettings {
    const known = this.settings.get(node);
    if (known !== undefined) return known;
    const settings = new EffectiveSettings((key) => this.lookUp(node, key));
    this.settings.set(node, settings);
    return settings;
  }

  settingOf<K extends EffectiveKey>(node: string, key: K): SettingValue<K> {
    return this.settingsOf(node).get(key);
  }

  private lookUp<K extends EffectiveKey>(node: string, key: K): SettingValue<K> {
    const { flags } = this.node(node);
    return settingValue(
      key,
      flags?.[key] === undefined && SETTINGS[key].mutable ? this.overrides : (flags ?? {}),
    );
  }

  /** Whether the cluster has a bug of Pegasus: one that was switched on, or that nobody has mended. */
  hasDefect(issue: string): boolean {
    const { defects, repairs = [] } = this.record;
    return defects.includes(issue) || (isPresentUnlessRepaired(issue) && !repairs.includes(issue));
  }

  node(node: string): NodeRecord {
    const record = this.doc.get(nodeKey(node)) as NodeRecord | undefined;
    if (record === undefined) {
      throw new ClusterError('ERR_OBJECT_NOT_FOUND', `cluster '${this.name}' has no server ${node}`);
    }
    return record;
  }

  saveNode(node: string, record: NodeRecord): void {
    this.doc.set(nodeKey(node), record);
    this.settings.get(node)?.forget();
    this.running = undefined;
  }

  /** Has every running server go by the configuration again, where it was told otherwise. */
  clearFlag(key: SettingKey): void {
    for (const node of [...this.record.metas, ...this.record.replicas]) {
      const { flags = {}, ...record } = this.node(node);
      const { [key]: told, ...others } = flags;
      if (told !== undefined) this.saveNode(node, { ...record, flags: others });
    }
  }

  isRunning(node: string): boolean {
    if (this.replicaServers.has(node)) return true;
    return (this.doc.get(nodeKey(node)) as NodeRecord | undefined)?.state === 'running';
  }

  /** The leading meta server: the one that holds the lock; undefined when none runs. */
  get meta(): MetaServer | undefined {
    const { leader } = this.record;
    return leader === '' ? undefined : this.metaServer(leader);
  }

  /** The server's process; undefined when it does not run. */
  replicaServer(node: string): ReplicaServer | undefined {
    const known = this.replicaServers.get(node);
    if (known !== undefined) return known;
    if (!this.isRunning(node) || !this.record.replicas.includes(node)) return undefined;
    const server = new ReplicaServer(this, node);
    this.replicaServers.set(node, server);
    return server;
  }

  runningReplicaServers(): readonly ReplicaServer[] {
    this.running ??= this.record.replicas.flatMap((node) => this.replicaServer(node) ?? []);
    return this.running;
  }

  nodeDirectory(node: string): string {
    return `clusters/${this.name}/nodes/${directoryOf(node)}`;
  }

  /** Drops what is cached of a server whose process ended. */
  forget(node: string): void {
    this.metaServers.delete(node);
    this.replicaServers.delete(node);
    this.running = undefined;
  }

  private metaServer(node: string): MetaServer {
    const known = this.metaServers.get(node);
    if (known !== undefined) return known;
    const server = new MetaServer(this, node);
    this.metaServers.set(node, server);
    return server;
  }
}

function nodeKey(node: string): string {
  return `node:${node}`;
}
