import { ClusterError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { Context, Plan } from '../../command.ts';
import { SAMPLES } from '../../dry-run/samples.ts';
import { parseGoJson } from '../shared/go-json.ts';
import { httpGet } from '../shared/http-get.ts';
import type { Server } from '../shared/servers.ts';

/** One configuration as a server tells it (`/config`). */
export interface Config {
  readonly name: string;
  readonly section: string;
  readonly tags: string;
  readonly value: string;
}

/** What servers have a configuration at now, and what they would have. @throws ClusterError where one would refuse */
export async function planToSetConfig(
  ctx: Context,
  servers: readonly Server[],
  { name, value }: { readonly name: string; readonly value: string },
): Promise<Plan> {
  const before: string[] = [];
  for (const server of servers) before.push(await currentValue(ctx, server, name));
  return {
    action: sanitize(`set ${name} to ${value} on servers of cluster ${ctx.session.cluster}`),
    counts: { servers: servers.length, changed: before.filter((old) => old !== value).length },
    samples: servers.slice(0, SAMPLES).map(({ node }, at) => sanitize(`${node}: ${before[at]} => ${value}`)),
  };
}

async function currentValue(ctx: Context, server: Server, name: string): Promise<string> {
  const fetched = await httpGet(ctx, server, `/config?name=${name}`);
  if ('failure' in fetched) throw new ClusterError('ERR_NETWORK_FAILURE', fetched.failure);
  const parsed = parseGoJson(fetched.body);
  if ('error' in parsed) throw new ClusterError('ERR_OBJECT_NOT_FOUND', sanitize(fetched.body));
  const { tags, value } = parsed.value as Config;
  if (tags !== 'flag_tag::FT_MUTABLE')
    throw new ClusterError('ERR_INVALID_PARAMETERS', `${sanitize(name)} is not mutable`);
  return value;
}
