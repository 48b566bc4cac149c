import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';

export default grumbleCommand<string, { table: string }>({
  name: 'use',
  help: 'select a table',
  usage: 'use <TABLE_NAME>',
  args: [{ name: 'table', help: 'the table name' }],
  examples: ['use temp'],
  isHarmless: true,
  parse: ({ args }) => args[0]!,
  async run(ctx, table) {
    await queryConfig(ctx, table);
    ctx.session.table = table;
    return { table };
  },
  print: () => ({ out: 'ok\n' }),
});
