import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeHost } from './host/node-host.ts';
import type { ControlClient } from './rpc/client/control.ts';
import type { MetaClient } from './rpc/client/meta/index.ts';
import type { DataClient } from './rpc/client/replica/data.ts';
import { Disposable } from './shell/disposable.ts';

export interface WorkspaceOptions {
  /** Of the generator behind every choice; 1 by default. */
  readonly seed?: number;
  /** `manual` by default: time passes only when a command says so. */
  readonly clock?: 'manual' | 'realtime';
  /** True by default: nothing touches the disk. */
  readonly memory?: boolean;
  /** Environment variables of the commands; none but `NO_COLOR=1` by default. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A disposable workspace for tests: the same lines give the same bytes, on any machine, at any time. */
export interface TestWorkspace {
  /**
   * Runs a line as at pegsh's prompt: what `use` and `cluster use` choose lasts. Lines below it are what the
   * command reads when it asks for more.
   */
  run(line: string): Promise<RunResult>;
  /** Typed clients of the current cluster as it was when the workspace was made. */
  readonly meta: MetaClient;
  readonly data: DataClient;
  readonly control: ControlClient;
  readonly directory: string;
  dispose(): Promise<void>;
}

/** Makes a workspace with the default cluster, `onebox`. */
export async function createWorkspace(options: WorkspaceOptions = {}): Promise<TestWorkspace> {
  const { memory = true, ...rest } = options;
  const folder = memory ? undefined : mkdtempSync(join(tmpdir(), 'pegsh-'));
  const place = folder === undefined ? undefined : { directory: folder, host: nodeHost() };
  const workspace = new Disposable({ ...rest, workingDirectory: '.', place });
  const { meta, data, control } = await workspace.clients();
  return {
    async run(line) {
      const { stdout, stderr, exitCode } = await workspace.runLine(line);
      return { stdout, stderr, exitCode };
    },
    meta,
    data,
    control,
    directory: workspace.backend.directory,
    async dispose() {
      workspace.dispose();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
