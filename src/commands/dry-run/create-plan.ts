import { ClusterError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import { areEnvsAllowed, validateEnv } from '../../rpc/idl/app-envs.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { Context, Plan } from '../command.ts';

/** A table that is to be made. */
export interface NewTable {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly envs?: ReadonlyMap<string, string>;
  /** One of the same counts and envs may be there already. */
  readonly mayExist: boolean;
}

/** @throws ClusterError where the name is taken, too few servers are alive, or a table may not have such envs */
export async function planToCreate(ctx: Context, table: NewTable): Promise<Plan> {
  const { name, partitions, replicas, envs = new Map<string, string>() } = table;
  const { infos } = await ctx.meta.listApps({ status: 'AS_AVAILABLE' });
  const there = infos.find(({ app_name }) => app_name === name);
  if (there !== undefined) return planToKeep(ctx, there, table);
  for (const [key, value] of envs) {
    if (areEnvsAllowed(new Map([[key, value]]))) continue;
    throw new ClusterError('ERR_INVALID_PARAMETERS', validateEnv(key, value) ?? `wrong value of ${key}`);
  }
  const alive = (await ctx.meta.listNodes({ status: 'NS_ALIVE' })).infos.length;
  if (replicas > alive)
    throw new ClusterError(
      'ERR_INVALID_PARAMETERS',
      `there are not enough alive replica servers(${alive}) for the requested replica count(${replicas})`,
    );
  return {
    action: `create table ${sanitize(name)} in cluster ${ctx.session.cluster}`,
    counts: { partitions, replicas: partitions * replicas, servers: alive },
    samples: [...envs].map(([key, value]) => sanitize(`${key} = ${value}`)),
  };
}

function planToKeep({ session }: Context, there: AppInfo, table: NewTable): Plan {
  const { app_name, app_id, partition_count, max_replica_count } = there;
  if (!table.mayExist)
    throw new ClusterError('ERR_APP_EXIST', `there is a table '${sanitize(app_name)}' already`);
  if (!isTheSame(there, table))
    throw new ClusterError(
      'ERR_INVALID_PARAMETERS',
      `there is a table '${sanitize(app_name)}' already, with ${partition_count} partitions, ` +
        `${max_replica_count} replicas and ${there.envs.size} envs`,
    );
  return {
    action: `leave table ${sanitize(app_name)} (id ${app_id}) of cluster ${session.cluster} as it is`,
    counts: { partitions: 0, replicas: 0 },
    samples: [],
  };
}

function isTheSame({ partition_count, max_replica_count, envs: own }: AppInfo, table: NewTable): boolean {
  const envs = table.envs ?? new Map<string, string>();
  return (
    partition_count === table.partitions &&
    max_replica_count === table.replicas &&
    own.size === envs.size &&
    [...envs].every(([key, value]) => own.get(key) === value)
  );
}
