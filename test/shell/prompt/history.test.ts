import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HISTORY_SIZE, History } from '../../../src/shell/prompt/history.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-history-'));
  path = join(folder, 'state', 'history');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is added is there in the next shell, lines of several lines too', () => {
  const history = new History(path);
  expect(history.load()).toEqual([]);
  for (const entry of ['ls', 'ls', 'use t\ncount_data', 'set k "a\\n"']) history.add(entry);
  expect(new History(path).load()).toEqual(['ls', 'use t\ncount_data', 'set k "a\\n"']);
});

test('nothing is written where there is nothing to keep', () => {
  const history = new History(path);
  for (const entry of [' ls', 'set user:1 Password x', 'use --token=1']) history.add(entry);
  expect(existsSync(path)).toBe(false);
});

test('the file is its owner’s only, also where it was not', () => {
  new History(path).add('ls');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o644);
  new History(path).load();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('it does not grow without end', () => {
  new History(path).add('first');
  writeFileSync(path, Array.from({ length: HISTORY_SIZE + 5 }, (_, at) => `line ${at}\n`).join(''));
  expect(new History(path).load()).toHaveLength(HISTORY_SIZE);
  expect(readFileSync(path, 'utf8')).toMatch(/^line 5\n/);
});
