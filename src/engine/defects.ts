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
  {
    issue: '2069',
    title: 'a checkpoint counts as prepared although there is none',
    trigger: 'a full duplication of a table whose partitions hold 0 or 1 mutation',
    seen: 'it goes to DS_APP at once, and copying fails with ERR_PATH_NOT_FOUND: the follower has no primaries',
    since: '2.5 and before',
    fixedBy: '#2054 (2024-07-11)',
  },
  {
    issue: '2025',
    title: 'the follower table is looked for under the name of the source',
    trigger: 'a full duplication to a table of another name',
    seen: 'it never leaves DS_APP: query_err=ERR_OBJECT_NOT_FOUND',
    since: 'not known',
    fixedBy: '#2026 (2024-05-28)',
  },
  {
    issue: '2092',
    title: 'a follower of one replica is never ready',
    trigger: 'a full duplication with -r 1',
    seen: 'it never leaves DS_APP: query_err=ERR_NOT_ENOUGH_MEMBER',
    since: 'not known',
    fixedBy: '#2093 (2024-08-15)',
  },
  {
    issue: '2146',
    title: 'a follower table that was made, but whose reply was lost, is refused for ever',
    trigger: 'the reply to the request for the follower table does not arrive',
    seen: 'it never leaves DS_PREPARE: create_err=ERR_APP_EXIST, until the table is dropped on the remote cluster',
    since: 'not known',
    fixedBy: '#2144 (2024-11-15)',
  },
  {
    issue: '2039',
    title: 'adding a duplication twice seems to work',
    trigger: 'a second add_dup to the same cluster with another name or replica count',
    seen: 'ERR_OK with the names that were asked for, though nothing changed',
    since: 'not known',
    fixedBy: '#2038 (2024-06-04)',
  },
];
