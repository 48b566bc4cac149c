import { UsageError } from '../../errors.ts';
import type { AnyCommand, Context, Printed, Terminal } from '../command.ts';
import { type FlagSpec, type GrumbleResult, grumble } from '../grammar/grumble.ts';
import { grumbleHelp } from '../grammar/grumble-help.ts';
import { mirrored } from '../mirrored.ts';

/** One command of admin-cli, as its Go source declares it. */
export interface GrumbleCommand<Args, Reply> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, in admin-cli's own words. */
  readonly help: string;
  /** What `help <command>` shows instead. */
  readonly longHelp?: string;
  /** Undefined = composed, as grumble does. */
  readonly usage?: string;
  readonly flags?: readonly FlagSpec[];
  readonly args?: readonly { readonly name: string; readonly help: string }[];
  readonly examples: readonly string[];
  readonly needsTable?: boolean;
  /** The command's own checks. @throws UsageError */
  parse(parsed: GrumbleResult, ctx: Context): Args;
  run(ctx: Context, args: Args): Promise<Reply>;
  print(reply: Reply, args: Args, terminal: Terminal): Printed;
  json?(reply: Reply, args: Args): unknown;
}

const HELP = Symbol('help');

/** A command of admin-cli: grumble's flags, its help under `-h`, a table in use where one is needed. */
export function grumbleCommand<Args, Reply>(spec: GrumbleCommand<Args, Reply>): AnyCommand {
  const { flags = [], args = [], help: text, longHelp, usage } = spec;
  const command = spec.name.split(' ').at(-1)!;
  const help = () => grumbleHelp({ command, text: longHelp ?? text, usage, flags, args });
  const json = spec.json ?? ((reply: Reply): unknown => reply);
  return mirrored<Args | typeof HELP, Reply | typeof HELP>({
    dialect: 'admin-cli',
    name: spec.name,
    aliases: spec.aliases,
    summary: `${text[0]!.toUpperCase()}${text.slice(1)}.`,
    usage: usage ?? [spec.name, '[flags]', ...args.map(({ name }) => name)].join(' '),
    examples: spec.examples,
    parse(argv, ctx) {
      const parsed = grumble(argv, { command, flags, args: args.map(({ name }) => name) });
      if (parsed.help) return HELP;
      if (spec.needsTable === true && ctx.session.table === '')
        throw new UsageError('please USE a table first');
      return spec.parse(parsed, ctx);
    },
    run: async (ctx, parsed) => (parsed === HELP ? HELP : spec.run(ctx, parsed)),
    print: (reply, parsed, terminal) =>
      reply === HELP || parsed === HELP ? { out: help() } : spec.print(reply, parsed, terminal),
    json: (reply, parsed) => (reply === HELP || parsed === HELP ? { help: help() } : json(reply, parsed)),
  });
}
