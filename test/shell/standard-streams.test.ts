import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { standardOutput } from '../../src/shell/standard-streams.ts';

/** A process that reads nothing before something is written to `go`, and then tells how much it has read. */
function lateReader() {
  const { stdin, stdout, stdio } = spawn('sh', ['-c', 'read go <&3; wc -c'], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  return { input: stdin as Socket, told: text(stdout!), go: stdio[3] as Writable };
}

/** A process that reads nothing. */
function goneReader() {
  const reader = spawn('sh', ['-c', 'read nothing <&3'], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
  return { input: reader.stdin as Socket, gone: () => void reader.kill() };
}

/** Node.js has a pipe of its own refuse what the reader has no room for. */
function descriptorOf(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}

test('a pipe that refuses to be waited for gets the rest through the stream', async () => {
  const { input, told, go } = lateReader();
  let opened = 0;
  const refused = new Promise<void>((resolve) => {
    const open = () => {
      opened += 1;
      resolve();
      return input;
    };
    const output = standardOutput(descriptorOf(input), open, () => {});
    for (const length of [3_000_000, 10, 500_000]) output.write('x'.repeat(length));
  });
  await refused;
  go.end('go\n');
  input.end();
  expect(Number(await told)).toBe(3_500_010);
  expect(opened).toBe(1);
});

test('a reader who is far behind can be waited for', async () => {
  const { input, told, go } = lateReader();
  const output = standardOutput(
    descriptorOf(input),
    () => input,
    () => {},
  );
  output.write('x'.repeat(3_000_000));
  expect(output.untilRead()).toBeUndefined();
  output.write('x'.repeat(3_000_000));
  const read = output.untilRead();
  go.end('go\n');
  await read;
  expect(output.untilRead()).toBeUndefined();
  expect(input.writableLength).toBe(0);
  input.end();
  expect(Number(await told)).toBe(6_000_000);
});

test('nor is one waited for who has gone', async () => {
  const { input, gone } = goneReader();
  const output = standardOutput(
    descriptorOf(input),
    () => input,
    () => {},
  );
  output.write('x'.repeat(6_000_000));
  const read = output.untilRead();
  gone();
  await read;
  expect(output.untilRead()).toBeUndefined();
});
