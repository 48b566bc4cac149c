import { UsageError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
import { nodeOf } from '../shared/node.ts';

/** Asks which server is to lead a partition; undefined when it is skipped. */
export async function askForPrimary(
  ctx: Context,
  recommended: string | undefined,
): Promise<string | undefined> {
  if (recommended !== undefined) {
    const answer = await askUntil(
      ctx,
      '    > Are you sure to use the recommend primary? [y/n/s(skip)]: ',
      (word) => (/^[yns]/.test(word) ? word[0] : undefined),
    );
    if (answer === 'y') return recommended;
    if (answer === 's') {
      say(ctx, '    > You have choosed to skip diagnosing this partition.\n');
      return undefined;
    }
  }
  return askUntil(ctx, '    > Please input the primary node: ', (word) => {
    const node = nodeOf(word);
    if (node === undefined) say(ctx, '    > Sorry, you have input an invalid node address.\n');
    return node;
  });
}

/** Asks until an answer is one. @throws UsageError when the input ends before */
async function askUntil<T>(
  ctx: Context,
  question: string,
  answerOf: (word: string) => T | undefined,
): Promise<T> {
  for (;;) {
    if (!ctx.terminal.interactive) say(ctx, question);
    const words = await ctx.readWords(question);
    if (words === undefined)
      throw new UsageError('the input ended before an answer: nothing more was proposed');
    const answer = answerOf(words[0] ?? '');
    if (answer !== undefined) return answer;
  }
}

function say(ctx: Context, text: string): void {
  const { stdout, stderr } = ctx.terminal;
  (ctx.json ? stderr : stdout).write(text);
}
