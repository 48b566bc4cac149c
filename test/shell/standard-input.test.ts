import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/shell/script/lines.ts';
import { StandardInput } from '../../src/shell/standard-input.ts';

function inputOf(stream: PassThrough): StandardInput {
  return new StandardInput(() => stream as unknown as NodeJS.ReadStream);
}

test('what comes is kept in its order for whoever asks, to the end', async () => {
  const stream = new PassThrough();
  const input = inputOf(stream);
  const first = input.next();
  stream.write('a\nb');
  expect(`${(await first).value}`).toBe('a\nb');
  stream.write('c\n');
  stream.end('d');
  await new Promise(setImmediate);
  const rest: string[] = [];
  for await (const chunk of input) rest.push(`${chunk}`);
  expect(rest.join('')).toBe('c\nd');
  expect(await input.next()).toEqual({ done: true, value: undefined });
});

test('a stream that nobody asks for more is not read on', async () => {
  const stream = new PassThrough();
  const input = inputOf(stream);
  const first = input.next();
  stream.write('a');
  await first;
  stream.write('b');
  await input.next();
  stream.write('c');
  await new Promise(setImmediate);
  expect(stream.isPaused()).toBe(true);
});

test('a stream that fails refuses whoever asks next, and nobody else', async () => {
  const stream = new PassThrough();
  const input = inputOf(stream);
  const first = input.next();
  stream.write('a');
  await first;
  stream.destroy(new Error('EIO'));
  await new Promise(setImmediate);
  await expect(input.next()).rejects.toThrow('EIO');
});

test('who leaves before the end lets the stream go', async () => {
  const stream = new PassThrough();
  const lines = linesOf(inputOf(stream));
  const first = lines.next();
  stream.write('one\r\ntwo\nthr');
  expect(await first).toEqual({ done: false, value: 'one' });
  expect(lines.next()).toEqual({ done: false, value: 'two' });
  await lines.return();
  expect(stream.destroyed).toBe(true);
});

test('a last line without its newline is a line, and bytes of one character may come apart', async () => {
  const stream = new PassThrough();
  const lines = linesOf(inputOf(stream));
  const bytes = Buffer.from('é');
  const first = lines.next();
  stream.write(bytes.subarray(0, 1));
  await new Promise(setImmediate);
  stream.end(bytes.subarray(1));
  expect(await first).toEqual({ done: false, value: 'é' });
  expect(await lines.next()).toEqual({ done: true, value: undefined });
});
