import { UsageError } from '../../../errors.ts';
import type { AnyCommand, Context, Plan, Printed, Terminal } from '../../command.ts';
import { type ArgSpec, type FlagSpec, type GrumbleResult, grumble } from '../../grammar/grumble.ts';
import { grumbleHelp } from '../../grammar/grumble-help.ts';
import { mirrored } from '../../mirrored.ts';
import { childrenOf } from './parent-command.ts';

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
  readonly args?: readonly ArgSpec[];
  /** Besides what it does itself it has sub-commands. */
  readonly isParent?: boolean;
  readonly examples: readonly string[];
  readonly needsTable?: boolean;
  /** Touches no cluster. */
  readonly offline?: boolean;
  readonly isLook?: boolean | ((args: Args) => boolean);
  readonly isHarmless?: boolean;
  /** The command's own checks. @throws UsageError */
  parse(parsed: GrumbleResult, ctx: Context): Args;
  run(ctx: Context, args: Args): Promise<Reply>;
  confirm?(args: Args, ctx: Context): string;
  plan?(ctx: Context, args: Args): Promise<Plan>;
  print(reply: Reply, args: Args, terminal: Terminal): Printed;
  json?(reply: Reply, args: Args): unknown;
}

const HELP = Symbol('help');

/** The answer to `-h`. */
class HelpText extends String {}

function flagForm({ short, long, type }: FlagSpec): string {
  const names = short === undefined ? `--${long}` : `-${short}|--${long}`;
  return type === 'bool' ? `[${names}]` : `[${names} ${type}]`;
}

function argForm({ name, type }: ArgSpec): string {
  return type === 'string list' ? `<${name}...>` : `<${name}>`;
}

/** A command of admin-cli: grumble's flags, its help under `-h`, a table in use where one is needed. */
export function grumbleCommand<Args, Reply>(spec: GrumbleCommand<Args, Reply>): AnyCommand {
  const { flags = [], args = [], help: text, longHelp, usage, isLook } = spec;
  const command = spec.name.split(' ').at(-1)!;
  const ownHelp = { command, text: longHelp ?? text, usage, flags, args };
  const json = spec.json ?? ((reply: Reply): unknown => reply);
  return mirrored<Args | typeof HELP, Reply | HelpText>({
    dialect: 'admin-cli',
    name: spec.name,
    aliases: spec.aliases,
    summary: `${text[0]!.toUpperCase()}${text.slice(1).trimEnd()}.`,
    originalSummary: text,
    syntax: [spec.name, ...flags.map(flagForm), ...args.map(argForm)].join(' '),
    usage: usage ?? [spec.name, '[flags]', ...args.map(({ name }) => name)].join(' '),
    examples: spec.examples,
    offline: spec.offline,
    isLook:
      isLook === true || ((parsed) => parsed === HELP || (typeof isLook === 'function' && isLook(parsed))),
    isHarmless: spec.isHarmless,
    parse(argv, ctx) {
      const parsed = grumble(argv, { command, flags, args });
      if (parsed.help) return HELP;
      if (spec.needsTable === true && ctx.session.table === '')
        throw new UsageError('please USE a table first');
      return spec.parse(parsed, ctx);
    },
    confirm: (parsed, ctx) => (parsed === HELP ? undefined : spec.confirm?.(parsed, ctx)),
    ...(spec.plan && {
      plan: (ctx: Context, parsed: Args | typeof HELP) => spec.plan!(ctx, parsed as Args),
    }),
    async run(ctx, parsed) {
      if (parsed !== HELP) return spec.run(ctx, parsed);
      const subCommands = spec.isParent === true ? await childrenOf(spec.name, ctx.shell) : undefined;
      return new HelpText(grumbleHelp({ ...ownHelp, subCommands }));
    },
    print: (reply, parsed, terminal) =>
      reply instanceof HelpText || parsed === HELP
        ? { out: String(reply) }
        : spec.print(reply, parsed, terminal),
    json: (reply, parsed) =>
      reply instanceof HelpText || parsed === HELP ? { help: String(reply) } : json(reply, parsed),
  });
}
