import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../support/source-tree.ts';

const PEGSH = join(ROOT, 'bin/run.js');

/** A workspace with two clusters, of which `pegsh serve` serves the first to whoever knows the addresses. */
export interface ServedWorkspace {
  /** `host:port,…` of the meta servers. */
  readonly metas: string;
  /** `host:port` of the first replica server. */
  readonly replica: string;
  /** Runs a command of pegsh in another process, which finds the served workspace by itself. */
  pegsh(...words: string[]): string;
  stop(): Promise<void>;
}

/**
 * @param flags of `serve`; ports that are free by default
 * @throws when it ends before it serves, as where a port is taken
 */
export async function serveWorkspace(flags = ['--port', '0']): Promise<ServedWorkspace> {
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-interop-'));
  const workspace = join(folder, 'workspace');
  const pegsh = (...words: string[]): string => runPegsh(['-w', workspace, ...words]);
  pegsh('init');
  pegsh('cluster', 'create', 'B');
  const readyFile = join(folder, 'ready.json');
  const words = ['-w', workspace, 'serve', ...flags, '--cluster', 'onebox', '--ready-file', readyFile];
  const server = spawn(process.execPath, [PEGSH, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  await firstLineOf(server).catch((error) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const { clusters } = JSON.parse(readFileSync(readyFile, 'utf8'));
  return {
    metas: clusters[0].metas.join(','),
    replica: clusters[0].replicas[0],
    pegsh,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runPegsh(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PEGSH, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pegsh ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

async function firstLineOf(server: ChildProcess): Promise<void> {
  const lines = createInterface({ input: server.stdout! });
  const ended = once(server, 'exit').then(([status]) => {
    throw new Error(`pegsh serve ended with ${status}`);
  });
  await Promise.race([once(lines, 'line'), ended]);
}
