/** Prepares the lab and returns its rows. */
export function rowsIn(lab) {
  lab.run(lab.pegsh('cluster', 'create', 'B'));
  lab.run(lab.pegsh('--dialect', 'cpp-shell', 'create', 'bench', '-p', '8'));
  lab.run(lab.pegsh('add_dup', 'bench', 'B'));
  lab.run(lab.pegsh('clock', 'advance', '1m'));
  return [
    {
      name: 'one-shot query_dup / node -e 0',
      rounds: 15,
      budget: 1.6,
      ours: () => lab.pegsh('query_dup', 'bench'),
      floor: () => ['-e', '0'],
    },
  ];
}
