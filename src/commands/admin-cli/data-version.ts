import { Refusal } from '../mirrored.ts';
import { queryConfig } from './shared/config-query.ts';
import { parseGoJson } from './shared/go-json.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { httpGet } from './shared/http-get.ts';
import { serversOf } from './shared/servers.ts';

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
  async run(ctx) {
    const { app_id } = await queryConfig(ctx, ctx.session.table).catch((error: Error) =>
      silently(error.message),
    );
    const servers = await serversOf(ctx, 'replica', '');
    const asked = servers.map((server) => httpGet(ctx, server, `/replica/data_version?app_id=${app_id}`));
    const versions = new Set<string>();
    for (const fetched of await Promise.all(asked)) {
      if ('failure' in fetched) return silently(fetched.failure);
      const parsed = parseGoJson(fetched.body);
      if ('error' in parsed) return silently(parsed.error);
      const byPartition = parsed.value as Readonly<Record<string, Reply>>;
      for (const { data_version } of Object.values(byPartition)) versions.add(data_version);
    }
    if (versions.size > 1) return silently('replica versions are not consistent');
    return { data_version: [...versions][0] ?? '' };
  },
  print: (reply) => ({ out: `${JSON.stringify(reply, undefined, 2)}\n` }),
});

/** The original says nothing of what goes wrong (`executor/table_version.go`). */
function silently(why: string): never {
  throw new Refusal('ERR_INVALID_DATA', {}, why);
}
