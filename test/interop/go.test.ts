import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { isThere } from './support/client-program.ts';
import { driveClient } from './support/drive-client.ts';

test.skipIf(!isThere('go', 'version'))(
  "the Go client's data operations, scans and administration, a server killed midway",
  async () => {
    await driveClient(
      async ({ path, run }, { metas }) => {
        const program = join(path, 'interop');
        await run('go', 'build', '-C', join(ROOT, 'test/interop/go'), '-o', program, '.');
        return [program, metas, 'go', 'B'];
      },
      ({ pegsh }) => expect(pegsh('--dialect', 'cpp-shell', 'query_dup', 'go')).toContain('B'),
    );
  },
);
