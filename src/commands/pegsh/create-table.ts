import { UsageError } from '../../errors.ts';
import { type Context, type RunnableCommand, runnable } from '../command.ts';
import { own } from './shared/own-command.ts';

interface Delegated {
  readonly create: RunnableCommand;
  readonly args: unknown;
  readonly reply: unknown;
}

/** The same in plain words: what `create` of the session's dialect does, with its flags and its answer. */
export default own<readonly string[], Delegated>({
  name: 'create table',
  summary: 'Create a table: `create` of the chosen dialect in plain words.',
  usage: 'create table NAME [flags of create]',
  examples: ['pegsh create table users -p 8 -r 3'],
  parse: (argv) => argv,
  async plan(ctx, argv) {
    const { create, args } = await delegate(ctx, argv);
    return create.plan!(ctx, args);
  },
  async run(ctx, argv) {
    const { create, args } = await delegate(ctx, argv);
    return { create, args, reply: await create.run(ctx, args) };
  },
  print: ({ create, args, reply }, _argv, terminal) => create.print(reply, args, terminal),
  json: ({ create, args, reply }) => (create.json === undefined ? reply : create.json(reply, args)),
});

async function delegate(ctx: Context, argv: readonly string[]): Promise<Omit<Delegated, 'reply'>> {
  const { dialect } = ctx.session;
  const entry = ctx.shell.commands.find((one) => one.name === 'create' && one.dialect === dialect);
  if (entry === undefined) throw new UsageError(`${dialect} has no create`);
  const create = runnable((await entry.load()).default);
  return { create, args: create.parse(dialect === 'admin-cli' ? nameLast(argv) : argv, ctx) };
}

/** admin-cli takes flags only before the name. */
function nameLast([name = '', ...flags]: readonly string[]): string[] {
  return [...flags, name];
}
