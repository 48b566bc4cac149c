import { afterAll, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';

const workspace = new Disposable({ workingDirectory: '.', environment: { PEGSH_DIALECT: 'admin-cli' } });

afterAll(() => workspace.dispose());

/** As the real admin-cli answers them (test/interop/admin-cli-lines.txt). */
test.each([
  ['help ls -t extra', 'invalid flag: -t'],
  ['help dup -x add', 'invalid flag: -x'],
  ['help dup add -p -c', 'missing string value for flag: -c'],
  ['help help -h', 'invalid flag: -h'],
  ['dup -h add -x', 'invalid flag: -x'],
])('%s: %s', async (line, refusal) => {
  const { stdout, stderr, exitCode } = await workspace.runLine(line);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr.split('\n')[0]).toBe(`error: ${refusal}`);
});

test.each(['help ls -h', 'help ls extra -t', 'help dup -h ls', 'dup -h ls'])('%s is help', async (line) => {
  const { stdout, stderr } = await workspace.runLine(line);
  expect(stderr).toBe('');
  expect(stdout).toContain('Usage:\n  list');
});
