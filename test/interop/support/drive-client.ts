import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runClient } from './client-program.ts';
import { type ServedWorkspace, serveWorkspace } from './served-workspace.ts';

export type Command = readonly [string, ...string[]];

/** What a client program is built in and runs in: the clients write their logs there. */
export interface Folder {
  readonly path: string;
  /** Runs a tool there. @throws Error with all that it said, when it does not end well */
  run(...command: Command): Promise<string[]>;
}

/**
 * Has a client program drive a served workspace to its end. A server is killed, and started again, when it asks for it.
 *
 * @param prepare builds the program and says how it is run
 * @param look sees what it has left
 */
export async function driveClient(
  prepare: (folder: Folder, workspace: ServedWorkspace) => Promise<Command>,
  look: (workspace: ServedWorkspace) => void = () => {},
): Promise<void> {
  const workspace = await serveWorkspace();
  const path = mkdtempSync(join(tmpdir(), 'pegsh-interop-'));
  try {
    const program = await prepare(
      { path, run: (...command) => runClient(command, path, () => {}) },
      workspace,
    );
    const lines = await runClient(program, path, (what) => {
      workspace.pegsh('node', what.startsWith('kill') ? 'kill' : 'start', 'replica2');
    });
    expect(lines.at(-1)).toBe('done');
    look(workspace);
  } finally {
    await workspace.stop();
    rmSync(path, { recursive: true, force: true });
  }
}
