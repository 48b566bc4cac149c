import { expect, test } from 'vitest';
import { HeldOutput } from '../../src/shell/held-output.ts';

function held(sync: () => void = () => {}, isDurable = false) {
  const told: string[] = [];
  let now = 0;
  const writer = (name: string) => ({
    write: (text: string | Uint8Array) => void told.push(`${name}:${text}`),
  });
  const output = new HeldOutput(writer('out'), writer('err'), { isDurable, sync }, () => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { told, output, pass };
}

test('nothing is told before it is durable', () => {
  const events: string[] = [];
  const { told, output } = held(() => void events.push(`settled with ${told.length} told`));
  output.stdout.write('OK\n');
  expect(told).toEqual([]);
  output.flush();
  expect(events).toEqual(['settled with 0 told']);
  expect(told).toEqual(['out:OK\n']);
});

test('what could not be made durable is never told', () => {
  const { told, output } = held(() => {
    throw new Error('disk full');
  });
  output.stdout.write('OK\n');
  expect(() => output.flush()).toThrow('disk full');
  expect(told).toEqual([]);
});

test('the streams keep their order, and neighbours become one write', () => {
  const { told, output } = held();
  output.stdout.write('a');
  output.stdout.write('b');
  output.stderr.write('c');
  output.stdout.write('');
  output.stdout.write('d');
  output.flush();
  expect(told).toEqual(['out:ab', 'err:c', 'out:d']);
});

test('after 50 ms the next write tells all', () => {
  const { told, output, pass } = held();
  output.stdout.write('a');
  pass(49);
  output.stdout.write('b');
  expect(told).toEqual([]);
  pass(1);
  output.stdout.write('c');
  expect(told).toEqual(['out:abc']);
});

test('what is durable already is told at once', () => {
  const { told, output } = held(() => {}, true);
  output.stdout.write('waiting\n');
  expect(told).toEqual(['out:waiting\n']);
});
