import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEGSH = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const RUN = { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8', maxBuffer: 2 ** 30 };

/** What stands on the disk before that which names it: a checkpoint, the files of a snapshot. */
const BEGUN =
  /^note: (?:.*\/checkpoint\.\d+\.json: nothing refers to it|snapshots\/[^/]+: is no whole snapshot)\n/gm;

/** Numbers in [0, 1), the same for the same seed. */
export function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A workspace that processes work in and are killed in, and what must be in it, as far as they acknowledged it. */
export class TorturedWorkspace {
  /** By hash key: the values that it may have now; `undefined` for none. More than one when the last write of it was not answered. */
  records = new Map();
  /** By name: whether the table is there; as with records. */
  tables = new Map([
    ['t', [true]],
    ['few', [true]],
  ]);
  #directory;

  constructor(directory) {
    this.#directory = directory;
    this.#run('init');
    this.#run(
      '-c',
      'cluster create B --metas 1 --replicas 1; create table t -p 4 -r 3; wait --for=healthy --table t',
    );
    this.#run('-c', 'add_dup t B -s; clock advance 1m; create table few -p 2 -r 3');
  }

  /**
   * Types the operations into a pegsh, a burst at a time, each burst before the one ahead of it is answered.
   *
   * @param kill `answers` and then `ms` after which the process is killed; none for one that is let live
   * @returns whether it was killed
   */
  play(bursts, kill) {
    const child = spawn(process.execPath, [PEGSH, '-w', this.#directory], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const sent = [];
    let [text, told, answered] = ['', '', 0];
    let timer;
    const feed = () => {
      while (bursts.length > 0 && sent.filter(isAnswered).length - answered < 3) {
        const burst = bursts.shift();
        sent.push(...burst);
        child.stdin.write(burst.map(({ line }) => `${line}\n`).join(''));
      }
      if (bursts.length === 0) child.stdin.end();
      if (kill !== undefined && answered >= kill.answers)
        timer ??= setTimeout(() => child.kill('SIGKILL'), kill.ms);
    };
    child.stdout.on('data', (bytes) => {
      text += bytes;
      answered = text
        .split('\n')
        .slice(0, -1)
        .filter((line) => line === 'OK').length;
      feed();
    });
    child.stderr.on('data', (bytes) => {
      told += bytes;
      // A line that failed waits for an `expect exit` after it: there is none.
      bursts.length = 0;
      child.stdin.end();
    });
    child.stdin.on('error', () => {});
    child.stdin.write('use t\n');
    feed();
    return new Promise((resolve, reject) => {
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (signal !== 'SIGKILL' && code !== 0) return reject(new Error(`pegsh ended with ${code}: ${told}`));
        if (signal !== 'SIGKILL' && answered !== sent.filter(isAnswered).length)
          return reject(new Error(`${answered} answers: ${text}`));
        this.#remember(sent, answered);
        return resolve(signal === 'SIGKILL');
      });
    });
  }

  /** Checks the workspace, and that everything acknowledged is in it. @param keys those records alone, if given */
  verify(keys = [...this.records.keys()]) {
    for (let from = 0; from === 0 || from < keys.length; from += 2000)
      this.#verifySome(keys.slice(from, from + 2000));
    if (this.leftovers().temporary) throw new Error('a temporary file was not removed');
  }

  #verifySome(keys) {
    const gets = keys.map((key) => `get ${key} s`);
    const text = this.#run('-c', ['fsck', 'ls', 'use t', ...gets].join('; '));
    const lines = text.replace(BEGUN, '').split('\n');
    if (lines[0] !== 'no damage') throw new Error(lines.slice(0, 20).join('\n'));
    const found = lines.flatMap((line) =>
      line === 'Not found' ? [undefined] : (/^"(.*)"$/.exec(line)?.[1] ?? []),
    );
    if (found.length !== keys.length)
      throw new Error(`${keys.length} records were asked for:\n${lines.join('\n')}`);
    for (const [at, key] of keys.entries()) this.#settle(this.records, key, found[at]);
    const names = lines.map((line) => line.split('|')[2]?.trim());
    for (const name of this.tables.keys()) this.#settle(this.tables, name, names.includes(name));
  }

  /** What a killed process left: of a journal that was not applied, half a record, and files not yet named. */
  leftovers() {
    const journal = readFileSync(join(this.#directory, 'journal.jsonl'), { encoding: 'latin1', flag: 'a+' });
    return {
      journal: journal !== '',
      torn: journal !== '' && !journal.endsWith('\n'),
      temporary: readdirSync(this.#directory, { recursive: true }).some((path) =>
        /(?<!lock.*)\.tmp$/.test(path),
      ),
    };
  }

  /** What was sent before an answered operation is done, too; of what comes after nobody knows. */
  #remember(sent, answered) {
    const last = sent.flatMap((operation, at) => (isAnswered(operation) ? [at] : []))[answered - 1] ?? -1;
    for (const [at, { of, key, value }] of sent.entries()) {
      if (of === undefined) continue;
      const before = this[of].get(key) ?? [of === 'tables' ? false : undefined];
      this[of].set(key, at <= last ? [value] : [...before, value]);
    }
  }

  #settle(model, key, found) {
    const allowed = model.get(key);
    if (!allowed.includes(found)) throw new Error(`${key} is ${found}, not ${allowed.join(' or ')}`);
    model.set(key, [found]);
  }

  #run(...words) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [PEGSH, '-w', this.#directory, ...words],
      RUN,
    );
    if (status !== 0)
      throw new Error(`pegsh ${words.join(' ').slice(0, 100)} ended with ${status}: ${stderr}${stdout}`);
    return stdout;
  }
}

/** Records are answered with a line of their own. */
function isAnswered({ of }) {
  return of === 'records';
}
