import { UsageError } from '../../errors.ts';
import { type AnyCommand, type CommandEntry, command, type Dialect } from '../command.ts';
import { readOwn } from '../grammar/own.ts';
import type { GlobalFlag } from '../shell.ts';

/** What help tells of one command. */
interface Described {
  readonly name: string;
  readonly dialect: Dialect;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
}

interface HelpReply {
  readonly commands: readonly Described[];
  /** Only where everything is listed. */
  readonly global_flags: readonly GlobalFlag[];
}

const SECTIONS: readonly { readonly dialect: Dialect; readonly title: string }[] = [
  { dialect: 'pegsh', title: "pegsh's own commands" },
  { dialect: 'admin-cli', title: "admin-cli's commands" },
  { dialect: 'cpp-shell', title: "The C++ shell's commands" },
];

export default command<{ readonly words: readonly string[] }, HelpReply>({
  dialect: 'pegsh',
  name: 'help',
  summary: 'List the commands, or tell how one is used.',
  usage: 'help [COMMAND]',
  examples: ['pegsh help', 'pegsh help add_dup', 'pegsh help cluster create', 'pegsh help cluster'],
  offline: true,
  isHarmless: true,
  parse: (argv) => ({ words: readOwn(argv, { command: 'help', words: ['[COMMAND…]'] }).words }),
  async run(ctx, { words }) {
    const typed = words.join(' ');
    const commands = ctx.shell.commands.filter(({ isBuilt }) => isBuilt);
    const named = commands.filter((entry) => [entry.name, ...entry.aliases].includes(typed));
    const found = named.length > 0 ? named : commands.filter((entry) => isUnder(entry, typed));
    if (found.length === 0)
      throw new UsageError(`unknown command "${typed}"`, '`pegsh help` lists the commands');
    return {
      commands: await Promise.all(found.map(describe)),
      global_flags: typed === '' ? ctx.shell.globalFlags : [],
    };
  },
  print({ commands, global_flags }, { words }) {
    if (words.length === 0) return { out: overview(commands, global_flags) };
    const typed = words.join(' ');
    const isOne = commands.every(({ name, aliases }) => [name, ...aliases].includes(typed));
    return { out: isOne ? commands.map(page).join('\n') : list(commands) };
  },
});

function isUnder(entry: CommandEntry, words: string): boolean {
  return words === '' || [entry.name, ...entry.aliases].some((name) => name.startsWith(`${words} `));
}

async function describe(entry: CommandEntry): Promise<Described> {
  const { summary, usage: form, examples }: AnyCommand = (await entry.load()).default;
  const { name, dialect, aliases } = entry;
  return { name, dialect, aliases, summary, usage: form, examples };
}

function overview(all: readonly Described[], flags: readonly GlobalFlag[]): string {
  const sections = SECTIONS.map(({ dialect, title }) => {
    const members = all.filter((one) => one.dialect === dialect);
    return members.length === 0 ? '' : `\n${title}:\n${list(members)}`;
  });
  return `pegsh [global flags] COMMAND …      one command
pegsh                               the interactive shell
pegsh -c 'LINE; LINE', pegsh < FILE, pegsh run FILE
                                    a script

Global flags:
${flagList(flags)}${sections.join('')}
Names that both dialects have are answered by the one that --dialect chooses (admin-cli).
\`pegsh help COMMAND\` tells more of one.
`;
}

function flagList(flags: readonly GlobalFlag[]): string {
  const width = Math.max(...flags.map(({ form }) => form.length));
  const lines = flags.map(({ form, environment, summary }) => {
    const variable = environment === '' ? '' : ` (${environment})`;
    return `  ${form.padEnd(width)}  ${summary}${variable}\n`;
  });
  return lines.join('');
}

function list(members: readonly Described[]): string {
  const width = Math.max(...members.map(({ name }) => name.length));
  const lines = members.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return lines.sort().join('');
}

function page({ name, dialect, aliases, summary, usage: form, examples }: Described): string {
  const owner = dialect === 'pegsh' ? '' : ` (${dialect})`;
  const others = aliases.length === 0 ? '' : `also:  ${aliases.join(', ')}\n`;
  const shown = examples.map((example) => `  ${example}\n`).join('');
  return `${name}${owner}: ${summary}\n\nusage: ${form.trim()}\n${others}\nexamples:\n${shown}`;
}
