import { WorkspaceError } from '../../errors.ts';

/** Whether a store may be used, and why not. */
export class Condition {
  state: 'open' | 'suspended' | 'closed' | 'failed' = 'open';
  #failure = '';

  /** After a failed write nobody knows what the disk holds: only opening anew can tell. */
  fail(error: unknown): void {
    this.state = 'failed';
    this.#failure = error instanceof Error ? `: ${error.message}` : '';
  }

  /** @throws WorkspaceError after a failed write */
  mustBeOpen(): void {
    if (this.state === 'open') return;
    if (this.state === 'failed')
      throw new WorkspaceError(
        `the workspace cannot be used after a failed write${this.#failure}`,
        'What was acknowledged is safe: the next command finds it.',
      );
    throw new Error(`the store is ${this.state}`);
  }
}
