import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;
let backupId: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  for (const line of ['create -p 2 temp', 'use temp', 'set h s v']) await workspace.run(line);
  backupId = /BackupID: (\d+)/.exec((await workspace.run('backup 1 local_service')).stdout)?.[1] ?? '';
  await workspace.run('clock advance 1m');
});

afterAll(() => workspace.dispose());

test('admin-cli: a backup, its status, and a table made of it', async () => {
  expect((await workspace.run('query-backup-status 1')).stdout).toMatch(
    /^\| \d{13} \| temp {4}\| 2026-01-01 00:00:\d\d \+0000 UTC \| 2026-01-01 00:00:\d\d \+0000 UTC \| completed \| local_service/m,
  );
  const line = `restore -c onebox -a temp -i 1 -t ${backupId} -b local_service -n copy`;
  expect(await workspace.run(line)).toEqual({
    stdout: 'new AppID: 2\nWait table "copy" become healthy ...\nAvailable partitions:\nDone!\n',
    stderr: '',
    exitCode: 0,
  });
  await workspace.run('use copy');
  expect((await workspace.run('get h s')).stdout).toContain('"v"');
});

test('the C++ shell: a table made of it, and how far that is', async () => {
  expect(
    (await workspace.run(`restore_app -c onebox -a temp -i 1 -t ${backupId} -b local_service -n again`))
      .stdout,
  ).toBe('sleep 1 second to wait complete...\n\tnew app_id = 3\n');
  expect((await workspace.run('query_restore_status 3')).stdout).toBe(
    'the overall progress of restore is 0%\n',
  );
  await workspace.run('clock advance 1m');
  expect((await workspace.run('query_restore_status 3 -d')).stdout).toBe(
    [
      'pid           progress(%)   restore_status',
      '0             100           ok            ',
      '1             100           ok            ',
      '',
      'the overall progress of restore is 100%',
      '',
      'annotations:',
      '    ok : mean restore complete',
      '    ongoing : mean restore is under going',
      '    skip : data on cold backup media is damaged, but skip the damaged partition',
      '    unknown : invalid, should login server and check it',
      '',
    ].join('\n'),
  );
});

test('the C++ shell: what it says of tables that are not there', async () => {
  expect(await workspace.run('query_restore_status 9')).toEqual({
    stdout: 'invalid restore_app_id(9)\n',
    stderr: '',
    exitCode: 1,
  });
  await workspace.run('--dialect cpp-shell drop again');
  expect((await workspace.run('query_restore_status 3')).stdout).toBe(
    "restore failed, because some partition's data is damaged on cold backup media\n",
  );
  const line = `restore_app -c onebox -a temp -i 1 -t ${backupId} -b local_service -r /x`;
  expect(await workspace.run(line)).toEqual({
    stdout:
      'restore app from the specified path : /x\nsleep 1 second to wait complete...\n' +
      "restore app failed: couldn't find valid app metadata\n",
    stderr: 'restore app failed with err(ERR_OBJECT_NOT_FOUND)\n',
    exitCode: 1,
  });
  expect((await workspace.run(`restore_app -c onebox -a te-mp -i 1 -t 1 -b local_service`)).stderr).toBe(
    'ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.: ' +
      "invalid old_app_name: 'te-mp'\nrestore app failed with err(ERR_INVALID_PARAMETERS)\n",
  );
});

test('a policy with a backup', async () => {
  await workspace.run('add_backup_policy -p daily -b local_service -a 1 -i 86400 -c 3');
  await workspace.run('clock advance 1m');
  const { stdout } = await workspace.run('query_backup_policy -p daily');
  expect(stdout).toMatch(
    /^id +start_time +end_time +app_ids {2}\n\d{13} {2}2026-01-01 00:0\d:\d\d {2}2026-01-01 00:0\d:\d\d {2}\{1\} {6}\n/m,
  );
  expect((await workspace.run('--dry-run modify_backup_policy -p daily -s 03:00')).stdout).toContain(
    'change backup policy daily of cluster onebox',
  );
});

test('a workspace that is reset has no backups either', async () => {
  await workspace.run('reset --yes');
  expect((await workspace.run('fsck')).stdout).toBe('no damage\n');
  const line = `restore -c onebox -a temp -i 1 -t ${backupId} -b local_service`;
  expect((await workspace.run(line)).stderr).toBe(
    'error: RestoreApp failed: ErrorCode({Errno:ERR_OBJECT_NOT_FOUND})\n',
  );
});
