import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Keyboard } from '../../../src/shell/prompt/keyboard.ts';
import { page } from '../../../src/shell/prompt/pager.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-pager-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function terminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) });
  return { keyboard: new Keyboard(input, () => {}), modes };
}

test('the pager gets the text, and the terminal for as long as it runs', async () => {
  const { keyboard, modes } = terminal();
  const file = join(folder, 'shown');
  const environment = { PATH: process.env.PATH, PAGER: `cat > '${file}'` };
  expect(await page('a long text\n', keyboard, environment)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('a long text\n');
  expect(modes).toEqual([true, false, true]);
});

test('one who leaves it early has seen enough', async () => {
  const environment = { PATH: process.env.PATH, PEGSH_PAGER: 'true', PAGER: 'false' };
  expect(await page('x'.repeat(1_000_000), terminal().keyboard, environment)).toBe(true);
});

test('without a pager the text is left to be printed', async () => {
  const { keyboard } = terminal();
  const { PATH } = process.env;
  expect(await page('x', keyboard, { PATH, PAGER: 'no-such-pager 2> /dev/null' })).toBe(false);
  expect(await page('x', keyboard, { PATH, PAGER: 'cat' })).toBe(false);
  expect(await page('x', keyboard, { PATH, PAGER: '' })).toBe(false);
});
