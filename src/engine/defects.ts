/**
 * A bug of Pegasus that a cluster may have or not.
 *
 * `fixed`: upstream has mended it; a cluster has it only where it is switched on. `open`: it is in the release that is
 * simulated, so a cluster has it unless it is repaired. `rare`: open too, but a matter of chance, so it is off unless
 * it is switched on.
 */
export interface Defect {
  /** Upstream's issue number; `D…` for those found in its code, without an issue. */
  readonly issue: string;
  readonly state: 'fixed' | 'open' | 'rare';
  readonly title: string;
  readonly trigger: string;
  readonly seen: string;
  readonly since: string;
  /** '' while it is not. */
  readonly fixedBy: string;
}

export const DEFECTS: readonly Defect[] = [
  {
    issue: '2098',
    state: 'fixed',
    title: 'min_checkpoint_decree is lost when a replica server restarts',
    trigger:
      'a replica server restarts, or a primary moves, while a full duplication is in DS_PREPARE with stored progress',
    seen: 'the server dies on an assertion at its first duplication sync, after every start',
    since: '#2054 (2024-07-11)',
    fixedBy: '#2097 (2024-08-19)',
  },
  {
    issue: '2069',
    state: 'fixed',
    title: 'a checkpoint counts as prepared although there is none',
    trigger: 'a full duplication of a table whose partitions hold 0 or 1 mutation',
    seen: 'it goes to DS_APP at once, and copying fails with ERR_PATH_NOT_FOUND: the follower has no primaries',
    since: '2.5 and before',
    fixedBy: '#2054 (2024-07-11)',
  },
  {
    issue: '2025',
    state: 'fixed',
    title: 'the follower table is looked for under the name of the source',
    trigger: 'a full duplication to a table of another name',
    seen: 'it never leaves DS_APP: query_err=ERR_OBJECT_NOT_FOUND',
    since: 'not known',
    fixedBy: '#2026 (2024-05-28)',
  },
  {
    issue: '2092',
    state: 'fixed',
    title: 'a follower of one replica is never ready',
    trigger: 'a full duplication with -r 1',
    seen: 'it never leaves DS_APP: query_err=ERR_NOT_ENOUGH_MEMBER',
    since: 'not known',
    fixedBy: '#2093 (2024-08-15)',
  },
  {
    issue: '2146',
    state: 'fixed',
    title: 'a follower table that was made, but whose reply was lost, is refused for ever',
    trigger: 'the reply to the request for the follower table does not arrive',
    seen: 'it never leaves DS_PREPARE: create_err=ERR_APP_EXIST, until the table is dropped on the remote cluster',
    since: 'not known',
    fixedBy: '#2144 (2024-11-15)',
  },
  {
    issue: '2039',
    state: 'fixed',
    title: 'adding a duplication twice seems to work',
    trigger: 'a second add_dup to the same cluster with another name or replica count',
    seen: 'ERR_OK with the names that were asked for, though nothing changed',
    since: 'not known',
    fixedBy: '#2038 (2024-06-04)',
  },
  {
    issue: '1595',
    state: 'fixed',
    title: 'a restarted replica does not know that it is duplicating',
    trigger:
      'a replica server restarts while log is held for a duplication, and reaches no meta server for 100 s',
    seen: 'log that was not shipped yet is deleted; once that server leads and the duplication ships, it dies in verify_start_decree',
    since: 'not known',
    fixedBy: '#1608 (2024-04-03)',
  },
  {
    issue: '2050',
    state: 'fixed',
    title: 'the last write before a silence is shipped late',
    trigger: 'a write, and none after it',
    seen: 'it arrives with the next write, or with the empty write of a group check, up to 100 s later',
    since: 'not known',
    fixedBy: '#2048 (2024-06-27)',
  },
  {
    issue: '1840',
    state: 'fixed',
    title: 'a batch is larger than the remote cluster takes',
    trigger:
      'duplicate_log_batch_bytes above the max_allowed_write_size of the remote cluster, and writes enough',
    seen: 'the remote cluster answers ERR_INVALID_DATA, the batch is shipped again for ever, and nothing after it arrives',
    since: 'not known',
    fixedBy: '#1841 (2024-03-27): dup_max_allowed_write_size ends a batch too',
  },
  {
    issue: '784',
    state: 'fixed',
    title: 'shipping begins before the meta server has confirmed where',
    trigger:
      'an incremental duplication of a table that holds data, written to before its first progress is stored',
    seen: 'the server dies: mutation is missing in prepare list',
    since: 'not known',
    fixedBy: 'rdsn#861 (2021-07-23)',
  },
  {
    issue: '783',
    state: 'fixed',
    title: 'secondaries never forget the confirmed decree of a duplication that was removed',
    trigger: 'a duplication of a table with secondaries is removed',
    seen: 'their private logs are not collected any more',
    since: 'not known',
    fixedBy: 'rdsn#860 (2021)',
  },
  {
    issue: '903',
    state: 'fixed',
    title: 'a follower table that was made anew takes down those who ship to it',
    trigger: 'the follower table is dropped and created again under its name while the duplication ships',
    seen: "the source's replica servers die on an assertion at their next write",
    since: 'not known',
    fixedBy: 'rdsn#1121',
  },
  {
    issue: '413',
    state: 'fixed',
    title: 'a remote cluster without meta servers in the configuration takes down the meta server',
    trigger: 'add_dup to a cluster that is not in [pegasus.clusters]',
    seen: 'the meta server dies: no meta server specified in config [pegasus.clusters]',
    since: '2019',
    fixedBy: 'rdsn#1045 (2022), on the server side',
  },
  {
    issue: '740',
    state: 'fixed',
    title: 'a learner does not know that its table is duplicated',
    trigger: 'a server learns a partition anew while log is held for a duplication',
    seen: 'it keeps no log of before: once it leads and the duplication ships, it dies in verify_start_decree',
    since: 'not known',
    fixedBy: 'rdsn#838',
  },
  {
    issue: '765',
    state: 'fixed',
    title: 'a learner that goes back for log loses what it learns',
    trigger: 'the same',
    seen: 'the same',
    since: 'not known',
    fixedBy: 'rdsn#845',
  },
  {
    issue: 'rdsn862',
    state: 'fixed',
    title: 'a hole in the log is fatal',
    trigger: 'a file of the log that cannot be read is skipped (FAIL_SKIP)',
    seen: 'the server dies: mutation is missing in prepare list',
    since: 'not known',
    fixedBy: 'rdsn#862',
  },
  {
    issue: '2284',
    state: 'open',
    title: 'a batch that ends with a write of another cluster is not sent',
    trigger: 'two clusters duplicate a table to each other, and both are written to',
    seen: 'writes are missing on the other side for ever, without any error: every confirmed decree is the last',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: '2211',
    state: 'rare',
    title: 'a duplication that ends while it ships takes down its server',
    trigger: 'remove_dup, pause_dup or a primary that moves, while mutations are under way',
    seen: 'about one time in a hundred the server dies of SIGSEGV',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D1',
    state: 'open',
    title: 'prepared checkpoints are not reported any more in DS_APP',
    trigger: 'the leading meta server restarts, or another takes over, in DS_APP',
    seen: 'it never leaves DS_APP: replica checkpoint still running: 0/n; start_dup is the way out',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D2',
    state: 'open',
    title: 'the fail mode is forgotten at every automatic step',
    trigger: 'set_dup_fail_mode in DS_PREPARE or DS_APP',
    seen: 'it is FAIL_SLOW again in DS_LOG',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D3',
    state: 'open',
    title: 'a second add_dup moves a duplication, in memory only',
    trigger: 'add_dup without a checkpoint while the duplication is in DS_APP or DS_PAUSE',
    seen: 'ERR_DUP_EXIST, but it ships; after a restart of the meta server it is where it was',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D4',
    state: 'open',
    title: 'log is deleted past a duplication that has not begun',
    trigger: 'an older duplication has no progress yet, a younger one has',
    seen: 'log that the older one needs goes; it dies in verify_start_decree when it begins',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D5',
    state: 'open',
    title: 'the first write of an empty partition is not shipped',
    trigger: 'an incremental duplication of an empty table',
    seen: 'decree 1 of each partition is missing on the remote cluster',
    since: '#2097 (2024-08-19)',
    fixedBy: '',
  },
  {
    issue: 'D6',
    state: 'open',
    title: 'a follower of a follower copies from the wrong master',
    trigger: 'a full duplication of a table that is itself a follower: chained, or back',
    seen: 'the new follower begins with what the first master holds',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D10',
    state: 'open',
    title: 'what arrives last wins, not what was written last',
    trigger: 'the remote table is written to by others',
    seen: 'a newer value there is overwritten by an older one',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D11',
    state: 'open',
    title: '.app-info says that a table is not duplicating',
    trigger: 'a server without a primary of the table syncs; a primary moves there later',
    seen: 'duplicating is 0 on its disk, also while it ships; a restart begins with that',
    since: '#1608 (2024-04-03)',
    fixedBy: '',
  },
  {
    issue: 'D16',
    state: 'open',
    title: 'connections that were refused for want of authentication stay deaf',
    trigger: 'mandatory_auth is switched off at run time',
    seen: 'requests are executed and their replies never arrive, until either end restarts',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D17',
    state: 'open',
    title: 'a follower copies an older checkpoint than its progress is',
    trigger: 'a primary moves after its checkpoint counted as prepared, before the follower copied it',
    seen: 'writes between that checkpoint and the stored progress are missing; or the copy waits up to two hours for one',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D8',
    state: 'rare',
    title: 'updates of one mutation are shipped in any order',
    trigger: 'several updates of one key in one mutation',
    seen: 'the other side keeps a value that was overwritten, until the key is written again',
    since: 'not known',
    fixedBy: '',
  },
  {
    issue: 'D15',
    state: 'rare',
    title: 'the last write before a silence is left behind',
    trigger: 'a write that is read from the log before it is applied',
    seen: 'it arrives with the next write, or with the empty write of a group check, up to 100 s later',
    since: 'not known',
    fixedBy: '',
  },
];

/** Whether a cluster has a defect of which nothing was said when it was made. */
export function isPresentUnlessRepaired(issue: string): boolean {
  return DEFECTS.some((defect) => defect.issue === issue && defect.state === 'open');
}
