/** An upstream bug that can be switched back on, for a cluster. */
export interface Defect {
  readonly issue: string;
  readonly title: string;
  readonly trigger: string;
  readonly seen: string;
  readonly since: string;
  readonly fixedBy: string;
}

export const DEFECTS: readonly Defect[] = [
  {
    issue: '2098',
    title: 'min_checkpoint_decree is lost when a replica server restarts',
    trigger:
      'a replica server restarts, or a primary moves, while a full duplication is in DS_PREPARE with stored progress',
    seen: 'the server dies on an assertion at its first duplication sync, after every start',
    since: '#2054 (2024-07-11)',
    fixedBy: '#2097 (2024-08-19)',
  },
];
