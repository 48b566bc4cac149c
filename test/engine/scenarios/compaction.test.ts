import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const S = bytes('s');

async function withTable() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 1, 1);
  const table = universe.clients('onebox').data.table('temp');
  const { meta } = universe.clients('onebox');
  const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
  const node = partitions[0]?.hp_primary ?? '';
  return {
    universe,
    node,
    set: (key: string, ttl = 0) => table.set(bytes(key), S, bytes('v'), ttl),
    ttl: async (key: string) => (await table.ttl(bytes(key), S)).reply?.ttl_seconds,
    keys: async () => (await universe.records('onebox', 'temp')).map((record) => record.split('|')[0]).sort(),
    /** What its compaction goes through in half a minute. */
    states: async () => {
      const seen: (string | undefined)[] = [];
      for (let i = 0; i < 70; i++) {
        const { replicas } = await universe.control.showNode({ cluster: 'onebox', node });
        if (replicas[0]?.compaction !== seen.at(-1)) seen.push(replicas[0]?.compaction);
        await universe.seconds(0.5);
      }
      return seen;
    },
    ask: (envs: Readonly<Record<string, string>>) => {
      const [keys, values] = [Object.keys(envs), Object.values(envs)];
      return meta.updateAppEnv({ app_name: 'temp', op: 'APP_ENV_OP_SET', keys, values });
    },
    soon: () => ({ 'manual_compact.once.trigger_time': `${Math.floor(meta.now() / 1000) + 5}` }),
    compact: (envs: Readonly<Record<string, string>> = {}) =>
      universe.setEnvs('onebox', 'temp', {
        ...envs,
        'manual_compact.once.trigger_time': `${Math.floor(meta.now() / 1000) + 5}`,
      }),
  };
}

const compaction = (...ops: object[]) => ({ user_specified_compaction: JSON.stringify({ ops }) });
const pattern = (type: string, text: string, match_type = 'SMT_MATCH_PREFIX') => ({
  type,
  params: JSON.stringify({ pattern: text, match_type }),
});

describe('manual compaction', () => {
  test('once: runs when the servers hear of it; that it did is forgotten at a restart', async () => {
    const { universe, set, states, ask, soon, node } = await withTable();
    await set('a');
    await ask(soon());
    expect(await states()).toEqual(['idle', 'running', 'finished']);
    await universe.node('onebox', node, 'restart');
    await universe.seconds(60);
    expect(await states()).toEqual(['idle']);
  });

  test('not while it is disabled, nor where none may run', async () => {
    const { states, ask, soon } = await withTable();
    await ask({ 'manual_compact.disabled': 'true', ...soon() });
    expect(await states()).toEqual(['idle']);
    await ask({ 'manual_compact.disabled': 'false', 'manual_compact.max_concurrent_running_count': '0' });
    expect(await states()).toEqual(['idle']);
    await ask({ 'manual_compact.max_concurrent_running_count': '1' });
    expect(await states()).toEqual(['idle', 'running', 'finished']);
  });

  test('not again so soon, where the server wants time in between', async () => {
    const { universe, states, ask, soon } = await withTable();
    await universe.configure('onebox', { 'pegasus.server.manual_compact_min_interval_seconds': '3600' });
    await universe.seconds(30);
    await ask(soon());
    expect(await states()).toContain('running');
    await ask(soon());
    expect(await states()).toEqual(['finished']);
    await universe.seconds(3600);
    await ask(soon());
    expect(await states()).toEqual(['finished', 'running', 'finished']);
  });

  test('of many replicas only so many at a time, until all are done', async () => {
    const universe = openUniverse();
    await universe.createTable('onebox', 'temp', 8, 3);
    const { meta } = universe.clients('onebox');
    await universe.setEnvs('onebox', 'temp', {
      'manual_compact.max_concurrent_running_count': '2',
      'manual_compact.once.trigger_time': `${Math.floor(meta.now() / 1000) + 5}`,
    });
    const counts = new Set<number>();
    for (let i = 0; i < 300; i++) {
      const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: 'replica1' });
      counts.add(replicas.filter((replica) => replica.compaction === 'running').length);
      await universe.seconds(0.5);
    }
    const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: 'replica1' });
    expect([...counts].sort()).toEqual([0, 2]);
    expect(replicas.filter((replica) => replica.compaction === 'finished')).toHaveLength(8);
  });

  test('periodic: every day at its times', async () => {
    const { universe, set, keys } = await withTable();
    await set('gone');
    const rule = { type: 'COT_DELETE', params: '', rules: [pattern('FRT_HASHKEY_PATTERN', 'gone')] };
    await universe.setEnvs('onebox', 'temp', {
      ...compaction(rule),
      'manual_compact.periodic.trigger_time': '3:00,21:30',
    });
    expect(await keys()).toEqual(['gone']);
    await universe.seconds(3 * 3600);
    expect(await keys()).toEqual([]);
    await set('gone');
    await universe.seconds(18 * 3600);
    expect(await keys()).toEqual(['gone']);
    await universe.seconds(1800);
    expect(await keys()).toEqual([]);
  });
});

describe('user_specified_compaction', () => {
  test('deletes what all rules match, and it stays deleted', async () => {
    const { universe, set, keys, compact, node } = await withTable();
    for (const key of ['ab', 'b', 'ba']) await set(key);
    const all = [
      pattern('FRT_HASHKEY_PATTERN', 'a'),
      pattern('FRT_HASHKEY_PATTERN', 'b', 'SMT_MATCH_POSTFIX'),
    ];
    await compact(compaction({ type: 'COT_DELETE', params: '', rules: all }));
    await universe.seconds(5);
    expect(await keys()).toEqual(['b', 'ba']);
    await universe.node('onebox', node, 'kill');
    await universe.node('onebox', node, 'start');
    await universe.seconds(60);
    expect(await keys()).toEqual(['b', 'ba']);
  });

  test('changes how long records live', async () => {
    const { universe, set, ttl, compact } = await withTable();
    await set('now');
    await set('never');
    await set('current', 1000);
    const update = (key: string, type: string, value: number) => ({
      type: 'COT_UPDATE_TTL',
      params: JSON.stringify({ type, value }),
      rules: [pattern('FRT_HASHKEY_PATTERN', key, 'SMT_MATCH_ANYWHERE')],
    });
    await compact(
      compaction(
        update('now', 'UTOT_FROM_NOW', 500),
        update('never', 'UTOT_FROM_CURRENT', 500),
        update('current', 'UTOT_FROM_CURRENT', 500),
      ),
    );
    await universe.seconds(5);
    expect(await ttl('now')).toBeGreaterThan(400);
    expect(await ttl('now')).toBeLessThan(500);
    expect(await ttl('current')).toBeGreaterThan(1400);
    expect(await ttl('never')).toBe(-1);
  });

  test('a range of times to live; what cannot be read changes nothing', async () => {
    const { universe, set, keys, compact } = await withTable();
    await set('long', 10_000);
    await set('short', 1000);
    await set('ever');
    const range = (start_ttl: number, stop_ttl: number) => ({
      type: 'COT_DELETE',
      params: '',
      rules: [{ type: 'FRT_TTL_RANGE', params: JSON.stringify({ start_ttl, stop_ttl }) }],
    });
    await compact({ user_specified_compaction: '{"ops":[{"type":"COT_DELETE","params":"","rules":[]}]}' });
    await universe.seconds(40);
    await compact({ user_specified_compaction: 'no JSON' });
    await universe.seconds(40);
    expect(await keys()).toEqual(['ever', 'long', 'short']);
    await compact(compaction(range(500, 2000)));
    await universe.seconds(40);
    expect(await keys()).toEqual(['ever', 'long']);
    await compact(compaction(range(0, 0)));
    await universe.seconds(40);
    expect(await keys()).toEqual(['long']);
  });
});
