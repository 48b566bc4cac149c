import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';

const PEGSH = join(ROOT, 'bin/run.js');

interface Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** One run of the built program. @throws Error when it fails */
export function runBinary(words: readonly string[], input: string, place: Place): void {
  const { status, stderr } = spawnSync(process.execPath, [PEGSH, ...words], { ...options(place), input });
  if (status !== 0) throw new Error(`pegsh ${words.join(' ')}: ${status}: ${stderr}`);
}

/** The built program, which reads lines as they are typed. */
export function typeToBinary(place: Place) {
  const child = spawn(process.execPath, [PEGSH, '--keep-going'], options(place));
  const ended = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  let count = 0;
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    look();
  });
  return {
    /** A line that is known by its answer on either stream follows each: then all is there. */
    async type(text: string): Promise<Answer> {
      const mark = `mark-${++count}`;
      [stdout, stderr] = ['', ''];
      const answered = new Promise<void>((resolve) => {
        look = () => {
          if (stdout.includes(hexOf(mark)) && stderr.includes(`failed (exit code 2): ${mark}\n`)) resolve();
        };
      });
      const lines = [text.replaceAll('$', '\\$'), mark, `rdb_key_str2hex ${mark} ""`];
      child.stdin.write(`${lines.join('\n')}\n`);
      await Promise.race([answered, ended]);
      return answerIn(stdout, stderr, mark);
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

function options({ folder, environment }: Place) {
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  const words = { PEGSH_WORKSPACE: join(folder, '.pegasus'), PEGSH_DURABILITY: 'process' };
  return { cwd: folder, env: { ...env, ...words }, encoding: 'utf8' as const };
}

/** What stands before the mark; what the script says of a line that failed tells its exit code. */
function answerIn(stdout: string, stderr: string, mark: string): Answer {
  const out = stdout.split(`"${hexOf(mark)}`)[0]!;
  const err = stderr.split(`error: unknown command "${mark}"`)[0]!;
  const failed = /stdin:\d+: failed \(exit code (\d+)\): .*\n/.exec(err);
  return {
    stdout: out,
    stderr: failed === null ? err : err.replace(failed[0], ''),
    exitCode: Number(failed?.[1] ?? 0),
  };
}

function hexOf(mark: string): string {
  const length = mark.length.toString(16).padStart(4, '0');
  return `${length}${Buffer.from(mark).toString('hex')}`.toUpperCase();
}
