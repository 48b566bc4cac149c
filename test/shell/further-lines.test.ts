import { expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';

test('a command in a script reads the lines below it, which are then no commands', async () => {
  const workspace = new Disposable({ workingDirectory: '.' });
  await workspace.invoke(['--dialect', 'cpp-shell', 'create', 'temp', '-p', '1']);
  const script = 'use temp; set h a 1; check_and_mutate h -c a -t exist; set b 2; ok; get h b';
  const { stdout, stderr, exitCode } = await workspace.invoke(['-c', script]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('LOAD: set sortkey "b", value "2", ttl 0\nINFO: load mutations done.\n');
  expect(stdout).toMatch(/\n"2"\n\napp_id {10}: 1\npartition_index : 0\nserver {10}: \S+\n$/);
  workspace.dispose();
});

test('a script that ends before the command has what it asks for', async () => {
  const workspace = new Disposable({ workingDirectory: '.' });
  await workspace.invoke(['--dialect', 'cpp-shell', 'create', 'temp', '-p', '1']);
  const { stderr, exitCode } = await workspace.invoke(['-c', 'use temp; check_and_mutate h -c a -t exist']);
  expect(stderr).toContain('the input ended before "ok": nothing was changed');
  expect(exitCode).toBe(2);
  workspace.dispose();
});

test('a mutation that is none is told of as the real shell does, its bytes escaped', async () => {
  const workspace = new Disposable({ workingDirectory: '.' });
  await workspace.invoke(['--dialect', 'cpp-shell', 'create', 'temp', '-p', '1']);
  const script = String.raw`use temp; check_and_mutate h -c a -t exist; set b 2 "\x1bx\"y"; abort`;
  const { stderr } = await workspace.invoke(['-c', script]);
  expect(stderr).toContain(String.raw`ERROR: parse "\x1Bx\"y" as ttl failed, print "ok" to finish loading,`);
  workspace.dispose();
});
