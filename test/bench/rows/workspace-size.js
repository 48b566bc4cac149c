import { writeFileSync } from 'node:fs';

/** Makes a workspace with tables `t1` …, ten of them duplicated when `duplicated`. */
function makeTables(lab, workspace, { count, partitions = 8, duplicated = false }) {
  const tables = Array.from({ length: count }, (_, at) => `t${at + 1}`);
  const lines = [
    'cluster create B --metas 1 --replicas 3',
    ...tables.map((table) => `create table ${table} -p ${partitions} -r 3`),
    ...(duplicated ? tables.slice(0, 10).map((table) => `add_dup ${table} B -s`) : []),
    'clock advance 10m',
  ];
  const script = lab.path(`${workspace}.pegsh`);
  writeFileSync(script, `${lines.join('\n')}\n`);
  lab.run(lab.pegshIn(workspace, 'init', '--clock', 'manual'));
  lab.run(lab.pegshIn(workspace, 'run', script));
}

/** Prepares the lab and returns its rows: what a command costs must not follow what it does not touch. */
export function rowsIn(lab) {
  makeTables(lab, 'one', { count: 1, partitions: 64 });
  makeTables(lab, 'many', { count: 1000, partitions: 64 });
  makeTables(lab, 'five', { count: 5 });
  makeTables(lab, 'listed', { count: 205 });
  makeTables(lab, 'idle', { count: 100, duplicated: true });
  makeTables(lab, 'busy', { count: 100, duplicated: true });
  const set = (workspace) => lab.pegshIn(workspace, '-c', 'use t1; set hash sort value');
  const query = (workspace) => lab.pegshIn(workspace, '--dialect', 'cpp-shell', 'query_dup', 't1');
  return [
    {
      name: 'set among 1000 tables / in a workspace of one',
      rounds: 9,
      budget: 1.3,
      ours: () => set('many'),
      floor: () => set('one'),
    },
    {
      name: 'query_dup among 1000 tables / in a workspace of one',
      rounds: 9,
      budget: 1.3,
      ours: () => query('many'),
      floor: () => query('one'),
    },
    {
      name: '30 idle days / 1 hour (100 tables, 10 duplications)',
      rounds: 5,
      budget: 2,
      ours: () => lab.pegshIn('idle', 'clock', 'advance', '30d'),
      floor: () => lab.pegshIn('busy', 'clock', 'advance', '1h'),
    },
    {
      name: 'ls -d of 205 tables / of 5',
      rounds: 9,
      budget: 1.8,
      ours: () => lab.pegshIn('listed', '--dialect', 'cpp-shell', 'ls', '-d'),
      floor: () => lab.pegshIn('five', '--dialect', 'cpp-shell', 'ls', '-d'),
    },
  ];
}
