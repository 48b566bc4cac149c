/** The few kinds of failure, by meaning. Each has one exit code. */

/** What was typed cannot be understood or is not available here. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** @param hint how to come to a cluster for which it is available */
export function notOnRealCluster(hint: string): UsageError {
  return new UsageError('not available on a real cluster', hint);
}

/** A needed argument was left out; on a terminal it is asked for, by this name, and added at the end. */
export class MissingArgument extends UsageError {
  readonly argument: string;

  constructor(argument: string, message: string, hint?: string) {
    super(message, hint);
    this.name = 'MissingArgument';
    this.argument = argument;
  }
}

/** The cluster refused or failed. */
export class ClusterError extends Error {
  /** Pegasus's error code, e.g. `ERR_APP_NOT_EXIST`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.name = 'ClusterError';
    this.code = code;
    this.hint = hint;
  }
}

/** The workspace is damaged, locked or of another version. Nothing was overwritten. */
export class WorkspaceError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'WorkspaceError';
    this.hint = hint;
  }
}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** The exit code of a failure: 1 unless its kind has one of its own. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (error instanceof WorkspaceError) return 3;
  if (error instanceof Interrupted) return 130;
  return 1;
}
