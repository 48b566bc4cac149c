import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Keyboard } from '../../../src/shell/prompt/keyboard.ts';
import { LineEditor } from '../../../src/shell/prompt/line-editor.ts';

/** Types keys, chunk by chunk as a terminal sends them, and reads one line. */
async function edit(keys: string, history: readonly string[] = []) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns: 60 });
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const editor = new LineEditor({
    keyboard: new Keyboard(input, () => {}),
    output,
    history,
    isCapable: true,
    complete: async (line) => ({
      found: ['users', 'user_log', 'orders', 'folder/']
        .filter((table) => table.startsWith(line.replace(/^.* /, '')))
        .map((value) => ({ value })),
      written: line.replace(/^.* /, ''),
    }),
    hint: (line) => (line === 'drop' ? '<app_name> [-r|--reserve_seconds num]' : ''),
  });
  const line = editor.read('> ');
  input.write(keys);
  return { line: await line, shown, editor, input, output };
}

const PASTED = '\x1b[200~use t\ncount_data\n\x1b[201~';

test.each([
  ['a line', 'ls -d\r', 'ls -d'],
  ['editing', 'lx\x7fs\x01x\x05!\r', 'xls!'],
  ['Ctrl-C begins anew', 'drop t\x03ls\r', 'ls'],
  ['the end of input', '\x04', undefined],
  ['a pasted line waits for Enter', '\x1b[200~version\n\x1b[201~ x\r', 'version x'],
  ['several pasted lines stay together', `${PASTED}\r`, 'use t\ncount_data'],
  ['a paste goes where the cursor is', 'ab\x1b[D\x1b[200~-\x1b[201~\r', 'a-b'],
  ['control characters of a paste are left out', '\x1b[200~a\x03\x1b[31mb\x1b[201~\r', 'a[31mb'],
  ['an open quote goes on', 'set k "a\rb"\r', 'set k "a\nb"'],
  ['a backslash goes on', 'set k \\\rs v\r', 'set k \\\ns v'],
  ['an apostrophe in a comment is none', "# don't\r", "# don't"],
])('%s', async (_, keys, line) => {
  expect((await edit(keys)).line).toBe(line);
});

const HISTORY = ['create users', 'drop orders', 'drop users', 'ls'];

test.each([
  ['the last that has it', '\x12dro\r', 'drop users'],
  ['further back', '\x12dro\x12\r', 'drop orders'],
  ['and forth again', '\x12dro\x12\x13\r', 'drop users'],
  ['more letters look further back', '\x12drop o\r', 'drop orders'],
  ['fewer letters begin again', '\x12drop o\x7f\r', 'drop users'],
  ['what is found can be edited', '\x12create\x05 -p 4\r', 'create users -p 4'],
  ['left with Ctrl-G, what was typed is back', 'mine\x12dro\x07\r', 'mine'],
  ['left with Ctrl-C too', 'mine\x12dro\x03\r', 'mine'],
  ['what is not there is not found', '\x12zzz\x07ls\r', 'ls'],
])('Ctrl-R: %s', async (_, keys, line) => {
  expect((await edit(keys, HISTORY)).line).toBe(line);
});

const [UP, DOWN] = ['\x1b[A', '\x1b[B'];

test.each([
  ['the last one', `${UP}\r`, 'ls'],
  ['further back', `${UP}${UP}\r`, 'drop users'],
  ['and forth again', `${UP}${UP}${DOWN}\r`, 'ls'],
  ['those that begin like it', `dr${UP}${UP}\r`, 'drop orders'],
  ['back to what was typed', `dr${UP}${UP}${DOWN}${DOWN}op\r`, 'drop'],
  ['behind the oldest one stands what was typed', `dr${UP}${UP}${UP}${UP}x\r`, 'drx'],
  ['edited, it looks for what begins like that', `${UP}\x15cr${UP}\r`, 'create users'],
  ['Ctrl-P and Ctrl-N take any', `zz\x10\x10\x0e\r`, 'ls'],
  ['below the youngest there is nothing', `x${DOWN}y\r`, 'xy'],
])('history: %s', async (_, keys, line) => {
  expect((await edit(keys, HISTORY)).line).toBe(line);
});

test('a line of several rows comes back from the history as it was', async () => {
  expect((await edit(`${UP}\r`, ['ls', 'use t\ncount_data'])).line).toBe('use t\ncount_data');
  const { editor, input } = await edit(`${PASTED}\r`);
  const again = editor.read('> ');
  input.write(`${UP}\r`);
  expect(await again).toBe('use t\ncount_data');
});

test('Ctrl-R shows what is searched for', async () => {
  const { shown } = await edit('\x12dro\r', HISTORY);
  expect(shown).toContain('(search) dro: drop users');
  expect((await edit('\x12zz\x07\r', HISTORY)).shown).toContain('(not found) zz: ');
});

test('Tab completes what is the only one, with a blank behind it', async () => {
  const input = 'drop or\t';
  const { line } = await edit(`${input}x\r`);
  expect(line).toBe('drop orders x');
  expect((await edit('run fo\tx\r')).line).toBe('run folder/x');
});

test('the hint stands dimly behind the cursor, and goes with Enter', async () => {
  const { shown } = await edit('drop\r');
  expect(shown).toContain('\x1b[90m <app_name> [-r|--reserve_seconds num]\x1b[0m\x1b[38D');
  expect(shown.slice(shown.lastIndexOf('num]'))).toMatch(/^num\]\x1b\[0m\x1b\[38D\x1b\[K\r\n/);
});

test('another width draws the line again while it is typed, and nothing below what a command shows', async () => {
  const { editor, input, output } = await edit('ls\r');
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  output.emit('resize');
  expect(shown).toBe('');
  const line = editor.read('> ');
  input.write('no');
  output.emit('resize');
  expect(shown).toContain('> ');
  input.write('des\r');
  expect(await line).toBe('nodes');
  editor.close();
  expect(output.listenerCount('resize')).toBe(0);
});
