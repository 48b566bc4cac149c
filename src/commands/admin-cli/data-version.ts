import { Refusal } from '../mirrored.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { dataVersionOf } from './shared/table-version.ts';

interface Reply {
  readonly data_version: string;
}

export default grumbleCommand<void, Reply>({
  name: 'data-version',
  help: 'query data version',
  examples: ['data-version'],
  isLook: true,
  needsTable: true,
  parse: () => undefined,
  run: async (ctx) => ({ data_version: await dataVersionOf(ctx, ctx.session.table).catch(silently) }),
  print: (reply) => ({ out: `${JSON.stringify(reply, undefined, 2)}\n` }),
});

/** The original says nothing of what goes wrong (`executor/table_version.go`). */
function silently({ message }: Error): never {
  throw new Refusal('ERR_INVALID_DATA', {}, message.replace(/^error: /, ''));
}
