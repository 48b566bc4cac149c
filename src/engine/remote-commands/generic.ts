import { dateTime } from '../../rpc/idl/time.ts';
import { COMMIT, VERSION } from '../../rpc/idl/upstream.ts';
import type { RemoteCommand } from './remote-command.ts';

/** What every server answers (`server_utils.cpp`). */
export const GENERIC_COMMANDS: readonly RemoteCommand[] = [
  {
    name: 'server-info',
    description: 'Query server information',
    usage: '',
    run: ({ cluster, node }) =>
      JSON.stringify({
        build_type: 'Release',
        git_SHA: COMMIT,
        start_time: dateTime(cluster.node(node).since_us / 1000),
        version: VERSION,
      }),
  },
  {
    name: 'flush-log',
    description: 'Flush log to stderr or file',
    usage: '',
    // A simulated server has no log of its own to flush.
    run: () => 'Flush done.',
  },
  {
    name: 'reset-log-start-level',
    description: 'Reset the log start level',
    usage: '[DEBUG | INFO | WARNING | ERROR | FATAL]',
    run(_, [level = 'INFO']) {
      return LEVELS.includes(level)
        ? `OK, current level is LOG_LEVEL_${level}`
        : `ERROR: invalid level '${level}'`;
    },
  },
];

const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'FATAL'];
