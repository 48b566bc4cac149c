import { printTable } from '../../../output/table-printer.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { callAndWait, orRefuse } from '../shared/meta-call.ts';
import { needTable } from '../shared/operation.ts';
import { flag, readOptions } from '../shared/read-options.ts';

const USAGE = 'get_app_envs [-j|--json]';

export default mirrored<{ readonly json: boolean }, ReadonlyMap<string, string>>({
  dialect: 'cpp-shell',
  name: 'get_app_envs',
  summary: 'Show the environment of the table in use.',
  usage: USAGE,
  examples: ['get_app_envs', 'get_app_envs -j'],
  isLook: true,
  parse(argv, { session }) {
    const options = readOptions(USAGE, argv, { json: flag('j', 'json') });
    needTable(session);
    return options;
  },
  async run({ meta, session: { table } }) {
    const send = () =>
      meta.listApps({ status: 'AS_AVAILABLE', app_name_pattern: table, match_type: 'PMT_MATCH_EXACT' });
    const { infos } = await orRefuse(callAndWait(meta, 'RPC_CM_LIST_APPS', send), ({ code }) => ({
      err: failed(code),
    }));
    const app = infos.find((info) => info.app_name === table);
    if (app === undefined) throw new Refusal(NOT_FOUND, { err: failed(NOT_FOUND) });
    return app.envs;
  },
  print: (envs, { json }) => ({ out: printTable({ name: 'app_envs', pairs: sorted(envs) }, json) }),
  json: (envs) => Object.fromEntries(sorted(envs)),
});

const NOT_FOUND = 'ERR_OBJECT_NOT_FOUND';

function failed(code: string): string {
  return `get app env failed with err = ${code}\n`;
}

function sorted(envs: ReadonlyMap<string, string>): [string, string][] {
  return [...envs].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
