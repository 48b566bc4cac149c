import { expect, test } from 'vitest';
import { runConsoleBlocks } from '../../src/shell/console-blocks.ts';
import { unifiedDiff } from '../../src/shell/unified-diff.ts';

/** Answers with its words, one a line; `fail N` ends with N. */
async function echo(words: readonly string[]) {
  return { text: `${words.join('\n')}\n`, exitCode: words[0] === 'fail' ? Number(words[1]) : 0 };
}

const AS_WRITTEN = `# Title

\`\`\`console
$ pegsh a 'b c'
a
b c
$ pegsh fail 2
fail
2
[2]
\`\`\`

1. In a list:

   \`\`\`console
   $ npx pegsh x
   x
   \`\`\`

\`\`\`sh
$ rm -rf /
\`\`\`

\`\`\`\`text
\`\`\`console
$ not this
\`\`\`
\`\`\`\`
`;

test('a document that is right stays as it is', async () => {
  expect(await runConsoleBlocks(AS_WRITTEN, echo)).toEqual({ steps: 3, failed: 0, text: AS_WRITTEN });
});

test('what came out takes the place of what is written', async () => {
  const wrong = AS_WRITTEN.replace('b c\n$', 'old\nolder\n$').replace('[2]\n', '').replace('   x\n', '');
  expect(await runConsoleBlocks(wrong, echo)).toEqual({ steps: 3, failed: 3, text: AS_WRITTEN });
});

test('only pegsh runs', async () => {
  await expect(runConsoleBlocks('```console\n$ ls\n```\n', echo)).rejects.toThrow(
    'line 2: only pegsh runs in a console block, not "ls"',
  );
});

test('the diff shows changes with three lines around, and joins what is near', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  const changed = lines.with(1, 'two').toSpliced(4, 1).toSpliced(17, 0, 'new');
  expect(unifiedDiff('f', lines.join('\n'), changed.join('\n'))).toBe(`--- f
+++ f (as it ran)
@@ -1,8 +1,7 @@
 line 1
-line 2
+two
 line 3
 line 4
-line 5
 line 6
 line 7
 line 8
@@ -16,5 +15,6 @@
 line 16
 line 17
 line 18
+new
 line 19
 line 20
`);
  expect(unifiedDiff('f', 'a', 'a')).toBe('');
});
