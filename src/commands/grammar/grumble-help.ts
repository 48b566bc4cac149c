import { type ArgSpec, type FlagSpec, HELP } from './grumble.ts';

/** What grumble v1.1.1 prints for `help <command>` and `<command> -h`. */
export interface HelpText {
  /** Last word of the command's name. */
  readonly command: string;
  /** The one-line help, or the long one where the command has it. */
  readonly text: string;
  /** Undefined = composed from the arguments. */
  readonly usage?: string;
  /** Undefined = the command reads no flags, not even `-h`. */
  readonly flags?: readonly FlagSpec[];
  readonly args: readonly ArgSpec[];
  readonly subCommands?: readonly { readonly names: string; readonly help: string }[];
}

export function grumbleHelp(help: HelpText): string {
  const composed = [help.command, ...(help.flags ? ['[flags]'] : []), ...help.args.map(argForm)].join(' ');
  const sections = [`Usage:\n  ${help.usage ?? composed}\n`];
  if (help.args.length > 0) sections.push(`Args:\n${columnize(help.args.map(argRow), ' ')}`);
  if (help.flags !== undefined) {
    const flags = [HELP, ...help.flags].sort((a, b) => (a.long < b.long ? -1 : 1));
    sections.push(`Flags:\n${columnize(flags.map(flagRow), ' ')}`);
  }
  if (help.subCommands !== undefined) {
    const rows = help.subCommands.map(({ names, help: text }) => [names, text]);
    sections.push(`Sub Commands:\n${columnize(rows, '  ')}`);
  }
  return `\n${help.text}\n\n${sections.join('\n')}\n`;
}

/** Three empty columns make the gap before the text. */
function flagRow({ long, short, type, help, default: value }: FlagSpec): string[] {
  const shown = type === 'bool' || value === '' ? '' : ` (default: ${value})`;
  return [
    short === undefined ? '' : `-${short},`,
    `--${long}`,
    type === 'bool' ? '' : type === 'int64' ? 'int' : type,
    '',
    '',
    '',
    help + shown,
  ];
}

function argForm({ name, type, default: value }: ArgSpec): string {
  if (type === 'string list') return `[${name}...]`;
  return value === undefined ? name : `[${name}]`;
}

function argRow({ name, help, type = 'string', default: value = '' }: ArgSpec): string[] {
  return [name, '', type, '', '', '', help + (value === '' ? '' : ` (default: ${value})`)];
}

/**
 * What `help` shows.
 *
 * @param program its name and flags, of which the shell does not tell
 */
export function grumbleOverview(
  title: string,
  commands: readonly { readonly names: string; readonly help: string }[],
  program?: { readonly name: string; readonly flags: readonly FlagSpec[] },
): string {
  const rows = commands.map(({ names, help }) => [names, help]);
  const sections = [`${title}\n`, `Commands:\n${columnize(rows, '  ')}`];
  if (program !== undefined) {
    sections.splice(1, 0, `Usage:\n  ${program.name} [command]\n`);
    sections.push(`Flags:\n${columnize([HELP, ...program.flags].map(flagRow), ' ')}`);
  }
  return `\n${sections.join('\n')}\n`;
}

/** Every field but the last is padded to its column's widest; lines are indented by two blanks. */
function columnize(rows: readonly (readonly string[])[], glue: string): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const draw = (row: readonly string[]) =>
    row
      .map((field, at) => (at === row.length - 1 ? field.trim() : field.trim().padEnd(widths[at]!)))
      .join(glue);
  return rows.map((row) => `  ${draw(row)}\n`).join('');
}
