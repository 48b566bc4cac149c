import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../support/source-tree.ts';

/** The real admin-cli; undefined where the environment does not name it. */
export const ADMIN_CLI = process.env.ADMIN_CLI;

if (ADMIN_CLI === undefined)
  process.stderr.write('interop: LEFT OUT: admin-cli, which ADMIN_CLI does not name (docs/interop.md)\n');

/** What both are asked: one command of words, or lines typed into the shell. */
export interface Asked {
  readonly metas: string;
  /** Where they run: admin-cli leaves its history and log there. */
  readonly folder: string;
  readonly words?: readonly string[];
  readonly lines?: readonly string[];
}

/** What admin-cli writes; its shell tells of errors on stdout. */
export function adminCli(asked: Asked): Promise<string> {
  return written([ADMIN_CLI!, '-m', asked.metas], asked);
}

/** What pegsh's dialect of it writes, without what only pegsh says: which line failed, and what to do. */
export async function pegshDialect(asked: Asked): Promise<string> {
  const flags = ['--dialect', 'admin-cli', ...(asked.lines ? ['--keep-going'] : []), '-m', asked.metas];
  const all = await written([process.execPath, join(ROOT, 'bin/run.js'), ...flags], asked);
  return all.replace(/^stdin:\d+: failed .*\n/gm, '').replace(/^hint: .*\n/gm, '');
}

async function written(
  [program = '', ...before]: readonly string[],
  { folder, words = [], lines = [] }: Asked,
): Promise<string> {
  const { NO_COLOR: _, ...env } = process.env;
  const child = spawn(program, [...before, ...words], { cwd: folder, env });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return withoutTimes(stdout + stderr);
}

function withoutTimes(all: string): string {
  return all
    .replace(/\b\d{10}(\d{3})?\b/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/used \d+ms/g, 'used TIME');
}
