import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDocument } from '../../src/shell/document.ts';
import { ROOT } from '../support/source-tree.ts';

function documents(): string[] {
  const docs = existsSync(join(ROOT, 'docs')) ? readdirSync(join(ROOT, 'docs')) : [];
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
}

test.each(documents())('what %s shows is what happens', async (path) => {
  const written = readFileSync(join(ROOT, path), 'utf8');
  const { text } = await runDocument(written, ROOT);
  expect(text).toBe(written);
});
