import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';

const ATTEMPTS = 5;

/**
 * Asks whether an unsafe command is meant (`confirm_unsafe_command` of `src/shell/command_utils.cpp`): the next line
 * of the input is the answer. `--yes` is one.
 *
 * @throws Refusal after five answers that are none
 */
export async function confirmUnsafe(ctx: Context, action: string): Promise<boolean> {
  if (ctx.yes) return true;
  const { stdout, stderr, interactive } = ctx.terminal;
  const out = ctx.json ? stderr : stdout;
  const question = `PLEASE be CAUTIOUS with this operation ! Are you sure to ${action} ? [y/n]: `;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!interactive) out.write(question);
    const answer = (await ctx.readWords(question))?.join(' ');
    if (answer === 'y') {
      out.write("you've chosen YES, we will continue ...\n");
      return true;
    }
    if (answer === 'n') {
      out.write("you've chosen NO, we will stop !\n");
      return false;
    }
  }
  throw new Refusal('ABORTED', { out: 'too many failed attempts, we will stop !\n' });
}
