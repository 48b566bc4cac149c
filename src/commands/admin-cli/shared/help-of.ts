import { type CommandEntry, type Context, runnable } from '../../command.ts';

/** The command of admin-cli that the most of the words name, as far as they are names, and the words behind them. */
export function deepest(
  commands: readonly CommandEntry[],
  words: readonly string[],
): { readonly entry: CommandEntry; readonly rest: readonly string[] } | undefined {
  for (let count = words.length; count > 0; count -= 1) {
    const typed = words.slice(0, count).join(' ');
    const entry = commands.find(
      ({ dialect, name, aliases }) => dialect === 'admin-cli' && [name, ...aliases].includes(typed),
    );
    if (entry !== undefined) return { entry, rest: words.slice(count) };
  }
  return undefined;
}

/** What the command answers to `--help` with words behind it. @throws UsageError where flags among them are none of its own */
export async function helpOf(entry: CommandEntry, rest: readonly string[], ctx: Context): Promise<string> {
  const command = runnable((await entry.load()).default);
  const args = command.parse(['--help', ...rest], ctx);
  return command.print(await command.run(ctx, args), args, ctx.terminal).out ?? '';
}
