import { goJson } from '../../../output/json.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

/** Undefined: the table is not listed any more. */
type Envs = ReadonlyMap<string, string> | undefined;

export default grumbleCommand<void, { readonly envs: Envs }>({
  name: 'table-env list',
  aliases: ['table-env ls'],
  help: 'list the table environment binding to the table',
  examples: ['table-env list'],
  isLook: true,
  needsTable: true,
  parse: () => undefined,
  async run({ meta, session }) {
    const { infos } = await answered('ListApps', meta.listApps({ status: 'AS_AVAILABLE' }));
    return { envs: infos.find(({ app_name }) => app_name === session.table)?.envs };
  },
  print: ({ envs }) => ({ out: envs === undefined ? '' : goJson(envs) }),
});
