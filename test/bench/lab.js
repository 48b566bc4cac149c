import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEGSH = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const PEAK_MEMORY = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));

/** A folder of its own for the rows of one topic, and whole processes run in it. */
export class Lab {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-bench-'));

  path(name) {
    return join(this.folder, name);
  }

  /** What to run for `pegsh …` in a workspace of this lab. */
  pegsh(...words) {
    return this.pegshIn('workspace', ...words);
  }

  pegshIn(workspace, ...words) {
    return [PEGSH, '-w', this.path(workspace), ...words];
  }

  /** Runs node with `args` and returns the milliseconds from its start to its end. */
  run(args, environment = {}) {
    const start = performance.now();
    this.output(args, environment);
    return performance.now() - start;
  }

  /** Runs node with `args` and returns what it printed. */
  output(args, environment = {}) {
    const env = { PATH: process.env.PATH, HOME: this.folder, NODE_ENV: 'production', ...environment };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.folder,
      env,
      maxBuffer: 2 ** 30,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  }

  /** Runs node with `args` and returns the most memory that it held, in MiB. */
  peakMemory(args) {
    const file = this.path('peak-memory');
    this.run(['--require', PEAK_MEMORY, ...args], { PEAK_MEMORY_FILE: file });
    return Number(readFileSync(file, 'utf8')) / 1024;
  }

  dispose() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
