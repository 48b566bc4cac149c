import type { AnyCommand, CommandEntry, Context } from '../../command.ts';
import { grumble } from '../../grammar/grumble.ts';
import { grumbleHelp } from '../../grammar/grumble-help.ts';
import { mirrored } from '../../mirrored.ts';
import { deepest, helpOf } from './help-of.ts';

interface Parent {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly help: string;
}

/**
 * A command that has sub-commands: without one, or with an unknown one, it shows what there is; of one behind `-h`
 * it shows the help.
 */
export function parentCommand({ name, aliases, help }: Parent): AnyCommand {
  return mirrored<readonly string[], string>({
    dialect: 'admin-cli',
    name,
    aliases,
    summary: `${help[0]!.toUpperCase()}${help.slice(1)}.`,
    originalSummary: help,
    usage: `${name} [flags]`,
    examples: [name],
    offline: true,
    isHarmless: true,
    parse(argv) {
      grumble(argv, { command: name, flags: [], args: [], helpOnly: true });
      const first = argv.findIndex((word) => !word.startsWith('-'));
      return first < 0 ? [] : argv.slice(first);
    },
    async run(ctx, words) {
      const { entry, rest } = deepest(ctx.shell.commands, [name, ...words])!;
      if (entry.name !== name) return helpOf(entry, rest, ctx);
      const subCommands = await childrenOf(name, ctx.shell);
      return grumbleHelp({ command: name, text: help, flags: [], args: [], subCommands });
    },
    print: (text) => ({ out: text }),
    json: (text) => ({ help: text }),
  });
}

export interface Child {
  /** `list, ls`. */
  readonly names: string;
  readonly help: string;
}

/** Commands that grumble has only in its shell. */
const OF_THE_SHELL = ['clear', 'exit'];

/** The sub-commands of a command, or with '' the commands that are none, by name. */
export async function childrenOf(parent: string, shell: Context['shell']): Promise<Child[]> {
  const entries = shell.commands.filter(
    ({ dialect, name }) =>
      dialect === 'admin-cli' &&
      parentOf(name) === parent &&
      (shell.readsLines || !OF_THE_SHELL.includes(name)),
  );
  const children = entries.map(async (entry) => ({
    names: [...new Set([entry.name, ...entry.aliases].map(lastWord))].join(', '),
    help: await oneLine(entry),
  }));
  return (await Promise.all(children)).sort((a, b) => (a.names < b.names ? -1 : 1));
}

async function oneLine(entry: CommandEntry): Promise<string> {
  const { originalSummary, summary } = (await entry.load()).default;
  return originalSummary ?? summary;
}

function parentOf(name: string): string {
  return name.split(' ').slice(0, -1).join(' ');
}

function lastWord(name: string): string {
  return name.split(' ').at(-1)!;
}
