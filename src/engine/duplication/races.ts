import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord } from '../documents/replica.ts';
import { draw } from '../random.ts';
import type { Replica } from '../replica/replica.ts';

/** How often the wrong thread comes first. */
const LOST_RACES = 0.01;

const THREAD = 'replica.default0';

/** What kills a server, by the issue, where its threads race for what is under way of a duplication. */
const RACES = {
  /** Its pipeline is cancelled while it hands mutations over. */
  2211: {
    file: 'replica_duplicator.cpp',
    line: 150,
    function: 'pause_dup_log',
    text: 'SIGSEGV in task_code::task_code',
  },
  /** Its replica closes the private log while it is read. */
  693: {
    file: 'load_from_private_log.cpp',
    line: 140,
    function: 'find_log_file_to_start',
    text: 'SIGSEGV in mutation_log::get_log_file_map',
  },
  /** A file of the log is opened that was deleted just now. */
  1596: { file: 'log_file.cpp', line: 185, function: 'log_file', text: 'fail to get file size' },
} as const;

/**
 * Something takes away what a duplication is about to ship.
 *
 * @throws AssertionFailure seldom, by the seed, in a cluster with the defect
 */
export function race(replica: Replica, duplicator: DuplicatorRecord, issue: keyof typeof RACES): void {
  const { cluster, node } = replica.server;
  const isUnderWay = duplicator.shipping && duplicator.last_decree < replica.ram.last_committed_decree;
  if (!isUnderWay || !cluster.hasDefect(`${issue}`)) return;
  const purpose = `race ${issue} ${cluster.name} ${node} ${replica.gpid} ${replica.now}`;
  if (draw(cluster.universe.settings.seed, purpose) >= LOST_RACES) return;
  const { text, ...where } = RACES[issue];
  throw new AssertionFailure({ ...where, thread: THREAD }, replica.gpid, `[${replica.gpid}@${node}] ${text}`);
}
