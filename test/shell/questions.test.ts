import { PassThrough } from 'node:stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { Questions } from '../../src/shell/questions.ts';

/** A terminal that cannot place its cursor, on which `keys` are typed. */
function dumbTerminal(keys: string) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const questions = new Questions(true);
  questions.lend = () => ({ input, output, giveBack: () => {} });
  input.write(keys);
  return { questions, shown: () => shown };
}

beforeEach(() => {
  vi.stubEnv('TERM', 'dumb');
});

test('a dumb terminal is asked line by line, without a control sequence', async () => {
  const { questions, shown } = dumbTerminal('two\r');
  const choices = [{ value: 'one', about: 'the first' }, { value: 'two' }];
  expect(await questions.ask({ text: 'Which: ', choices }, new AbortController().signal)).toBe('two');
  expect(shown().replaceAll('\r', '')).toBe('  one  (the first)\n  two\nWhich: two\n');
});

test.each(['\x03', '\x04'])('%j at a question ends the command', async (key) => {
  const { questions } = dumbTerminal(key);
  await expect(questions.ask({ text: 'Which: ' }, new AbortController().signal)).rejects.toThrow(Interrupted);
});
