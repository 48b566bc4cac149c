import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';

const PAGES = ['docs/testing.md', 'docs/client.md'];
const TSC = join(ROOT, 'node_modules/.bin/tsc');

const CONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
};

/** What a declaration that is missing, and so is `any`, would let pass. */
const MISTAKES = `
import { COMMANDS, exitCodeOf } from 'pegsh';
import { connect } from 'pegsh/client';
import { createWorkspace } from 'pegsh/testing';

const workspace = await createWorkspace();
// @ts-expect-error
await workspace.run(1);
// @ts-expect-error
await workspace.meta.listApps({ status: 'AS_NOWHERE' });
// @ts-expect-error
await workspace.data.table(1);
// @ts-expect-error
await workspace.control.listNodes({ nom: '' });
// @ts-expect-error
await connect('127.0.0.1:1').table('t').get();
// @ts-expect-error
COMMANDS[0]?.nom;
// @ts-expect-error
exitCodeOf(1).length;
`;

let project: string;

beforeAll(() => {
  if (!existsSync(join(ROOT, 'types/index.d.ts'))) execFileSync('npm', ['run', 'types'], { cwd: ROOT });
  project = mkdtempSync(join(tmpdir(), 'pegsh-types-'));
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(project, 'node_modules/pegsh'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(CONFIG));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("a user's strict compiler takes what the pages show, and refuses mistakes", () => {
  const examples = PAGES.flatMap((page) => [
    ...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms),
  ]);
  expect(examples.length).toBeGreaterThan(3);
  for (const [at, [, code = '']] of examples.entries())
    writeFileSync(join(project, `example-${at}.ts`), code);
  writeFileSync(join(project, 'mistakes.ts'), MISTAKES);
  expect(compile()).toBe('');
});

function compile(): string {
  try {
    return execFileSync(TSC, ['-p', project], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
