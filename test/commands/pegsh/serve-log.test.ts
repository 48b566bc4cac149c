import { expect, test } from 'vitest';
import { createWorkspace } from '../../../src/testing.ts';

test('every line of the log for machines says when and what', async () => {
  const workspace = await createWorkspace();
  const { stdout } = await workspace.run('serve --memory --port 0 --idle-timeout 1ms --log json');
  await workspace.dispose();
  const entries = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);
  expect(entries).toContainEqual({ time_us: expect.any(Number), event: 'stopped', requests: 0 });
  for (const entry of entries)
    expect(entry).toMatchObject({ time_us: expect.any(Number), event: expect.any(String) });
});
