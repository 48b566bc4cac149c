import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSetting, isSettingKey, readAtStart, SETTINGS } from '../../src/engine/settings.ts';

const engine = readdirSync('src/engine', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('settings'))
  .map((path) => readFileSync(join('src/engine', path), 'utf8'))
  .join('\n');

describe('settings', () => {
  test('what has an effect is read somewhere; what has none is read nowhere', () => {
    const read = new Set(
      Array.from(engine.matchAll(/setting(?:Of\(\w+,|\()\s*'([a-z0-9_.]+)'/g), ([, key]) => key),
    );
    const isRead = (key: string) => read.has(key);
    const wrong = Object.entries(SETTINGS).filter(([key, { hasEffect }]) => isRead(key) !== hasEffect);
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  test('what no setting is called is none', () => {
    expect(isSettingKey('toString')).toBe(false);
    expect(() => checkSetting('replication.nope', '1')).toThrow("unknown setting 'replication.nope'");
  });

  test.each([
    ['replication.config_sync_interval_ms', '0', 'a whole number of ms above 0'],
    ['replication.config_sync_interval_ms', '4294967296', 'a whole number of ms above 0'],
    ['replication.mutation_2pc_min_replica_count', '1.5', 'a whole number (int32)'],
    ['meta_server.node_live_percentage_threshold_for_update', '101', 'a whole number of % from 0 to 100'],
    ['security.mandatory_auth', 'yes', 'true or false'],
    [
      'pegasus.server.perf_counter_read_capacity_unit_size',
      '1000',
      'a whole number of bytes that is a power of two',
    ],
    ['pegasus.server.rocksdb_filter_type', 'bloom', 'one of common, prefix'],
  ])('%s does not take %s', (key, value, wanted) => {
    expect(() => checkSetting(key, value)).toThrow(`it takes ${wanted}`);
  });

  test.each([
    ['replication.mutation_2pc_min_replica_count', '-1'],
    ['meta_server.replica_white_list', ''],
    ['replication.max_allowed_write_size', '18446744073709551615'],
  ])('%s takes %s', (key, value) => {
    expect(checkSetting(key, value)).toBe(key);
  });

  test('a server takes at its start what it cannot take later', () => {
    const overrides = { 'security.enable_auth': 'true', 'security.mandatory_auth': 'true' };
    expect(readAtStart(overrides)).toEqual({ 'security.enable_auth': 'true' });
  });
});
