import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { createWorkspace } from '../../src/testing.ts';
import { coverageDocument } from '../support/coverage-table.ts';

const DOCUMENT = new URL('../../docs/coverage.md', import.meta.url);

/** `UPDATE=1 npx vitest run test/commands/coverage.test.ts` writes it anew. */
test('docs/coverage.md tells which commands of the originals are here', () => {
  if (process.env.UPDATE === '1') writeFileSync(DOCUMENT, coverageDocument());
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(coverageDocument());
});

const missing = COMMANDS.filter(({ isBuilt }) => !isBuilt);

/** Words that the original takes. */
const TAKEN: Readonly<Record<string, string>> = {
  local_get: '/db h s',
  local_partition_split: 'a,b c,d 1 2 0,1 4 8 temp',
  sst_dump: '--file=/a --command=check',
};

test('a command of the C++ shell that is not here says so where its words are right', async () => {
  const workspace = await createWorkspace();
  for (const { name } of missing.filter(({ dialect }) => dialect === 'cpp-shell')) {
    const { stdout, stderr, exitCode } = await workspace.run(`${name} ${TAKEN[name]}`);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(`ERROR: ${name} is a command of the C++ shell that pegsh does not have`);
  }
  await workspace.dispose();
});

test.each([
  ['add_backup_policy -p a -b b -a 0', 'invalid app_id, 0'],
  ['add_backup_policy -p a -b b -i -1', 'invalid backup_interval_seconds: -1, should > 0'],
  ['modify_backup_policy -p a -r 0', 'remove invalid app_id(0) from policy'],
  ['modify_backup_policy -p a -a 1,-2', 'add invalid app_id(-2) to policy'],
  ['modify_backup_policy -p a -i -1', 'invalid backup_interval_seconds(-1)'],
  ['modify_backup_policy -p a -c -1', 'invalid backup_history_count(-1)'],
  ['modify_backup_policy -p a -s 24:01', 'invalid start time: 24:01, should like this hour:minute'],
  ['query_backup_policy -p a,a', 'ERROR: invalid command, policy_name has duplicate values'],
  ["disable_backup_policy -p ''", 'invalid command, policy_name should not be empty'],
  ['query_restore_status 0', 'invalid restore_app_id(0)'],
  ['local_partition_split a,b c 1 2 0 4 8 t', 'invalid command, the list size of <src_data_dirs>'],
  ['local_partition_split a c 1 1 0 4 8 t', 'invalid command, <src_app_id> and <dst_app_id>'],
  ['local_partition_split a c 1 2 4 4 8 t', 'partition ids in <src_partition_ids> should be in range [0, 4)'],
  ['local_partition_split a c 1 2 3 4 4 t', '<dst_partition_count> should be larger'],
  ['local_partition_split a c 1 2 3 4 12 t', '<dst_partition_count> should be 2^n times'],
  [
    'local_partition_split a c 1 2 3 4 8 t!',
    "<dst_app_name> 't!' is invalid: ERR_INVALID_PARAMETERS: Invalid",
  ],
  ['local_partition_split a,a c 1 2 3 4 8 t', "ERROR: invalid command, 'a,a' has duplicate values"],
])('%s', async (line, said) => {
  const workspace = await createWorkspace();
  const { stderr, exitCode } = await workspace.run(line);
  expect(stderr).toContain(said);
  expect(stderr).toContain('USAGE: ');
  expect(exitCode).toBe(2);
  await workspace.dispose();
});

test('one of admin-cli shows its help, and says so where its words are right', async () => {
  const workspace = await createWorkspace();
  for (const { name } of missing.filter(({ dialect }) => dialect === 'admin-cli')) {
    const help = await workspace.run(`${name} --help`);
    expect(help).toMatchObject({ stdout: expect.stringContaining('Usage:\n  '), stderr: '', exitCode: 0 });
  }
  const { stderr, exitCode } = await workspace.run('nodes-migrator -t a,b --final_target 2');
  expect(stderr).toContain('nodes-migrator is a command of admin-cli that pegsh does not have');
  expect(exitCode).toBe(2);
  const wrong = await workspace.run('nodes-migrator -t a,b');
  expect(wrong.stderr).toBe('error: please make sure the targets count == `--final_target` value： 2 vs 0\n');
  await workspace.dispose();
});
