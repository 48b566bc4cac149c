import { writeFileSync } from 'node:fs';

/** Makes a workspace with tables `t1` … of eight partitions, ten of them duplicated when `duplicated`. */
function makeTables(lab, workspace, count, duplicated) {
  const tables = Array.from({ length: count }, (_, at) => `t${at + 1}`);
  const lines = [
    'cluster create B --metas 1 --replicas 3',
    ...tables.map((table) => `create table ${table} -p 8 -r 3`),
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
  makeTables(lab, 'one', 1, false);
  makeTables(lab, 'five', 5, false);
  makeTables(lab, 'many', 1000, false);
  makeTables(lab, 'listed', 205, false);
  makeTables(lab, 'idle', 100, true);
  makeTables(lab, 'busy', 100, true);
  const set = (workspace) => lab.pegshIn(workspace, '-c', 'use t1; set hash sort value');
  return [
    {
      name: 'set among 1000 tables / in a workspace of one',
      rounds: 9,
      budget: 1.3,
      ours: () => set('many'),
      floor: () => set('one'),
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
