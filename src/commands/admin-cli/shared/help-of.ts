import { type CommandEntry, type Context, runnable } from '../../command.ts';

/** The command of admin-cli that the most of the words name, as far as they are names. */
export function deepest(
  commands: readonly CommandEntry[],
  words: readonly string[],
): CommandEntry | undefined {
  for (let count = words.length; count > 0; count -= 1) {
    const typed = words.slice(0, count).join(' ');
    const found = commands.find(
      ({ dialect, name, aliases }) => dialect === 'admin-cli' && [name, ...aliases].includes(typed),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the command answers to `--help`. */
export async function helpOf(entry: CommandEntry, ctx: Context): Promise<string> {
  const command = runnable((await entry.load()).default);
  const args = command.parse(['--help'], ctx);
  return command.print(await command.run(ctx, args), args, ctx.terminal).out ?? '';
}
