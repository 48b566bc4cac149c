export { COMMANDS } from './commands/index.ts';
export { ClusterError, exitCodeOf, Interrupted, UsageError, WorkspaceError } from './errors.ts';
export { version } from './version.ts';
