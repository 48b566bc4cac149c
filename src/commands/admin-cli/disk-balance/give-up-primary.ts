import type { Context } from '../../command.ts';
import type { Refusal } from '../../mirrored.ts';
import { queryConfig } from '../shared/config-query.ts';
import { gpidOf } from '../shared/disk-migration.ts';
import { answered, refused } from '../shared/meta-call.ts';
import type { Server } from '../shared/servers.ts';

/** Has the first secondary of a partition lead it instead of the server (`forceAssignReplicaToSecondary`). @throws Refusal */
export async function giveUpPrimary(ctx: Context, { node, address }: Server, gpid: string): Promise<void> {
  const { meta } = ctx;
  await answered('MetaControl', meta.controlMeta({ level: 'fl_steady' }));
  const { app_id, partition_index } = gpidOf(gpid);
  const { infos } = await answered('ListApps', meta.listApps({ status: 'AS_AVAILABLE' })).catch(
    ({ code }: Refusal) => {
      throw refused(code, `can't get the table name of replica ${gpid} when migrate the replica`);
    },
  );
  const app = infos.find((one) => one.app_id === app_id);
  if (app === undefined)
    throw refused('ERR_APP_NOT_EXIST', `can't find the table for ${gpid} when migrate the replica`);
  const { partitions } = await queryConfig(
    ctx,
    app.app_name,
    `can't get the table ${app.app_name} configuration when migrate the replica(${gpid}): `,
  );
  const { secondaries = [], hp_secondaries } =
    partitions.find(({ pid }) => pid.partition_index === partition_index) ?? {};
  const [successor] = secondaries;
  if (successor === undefined)
    throw refused('ERR_OBJECT_NOT_FOUND', `can't get the replica ${gpid} secondary node`);
  const act = (
    type: 'CT_DOWNGRADE_TO_SECONDARY' | 'CT_UPGRADE_TO_PRIMARY',
    at: string,
    hostPort: string,
  ) => ({
    target: at,
    node: at,
    type,
    hp_target: hostPort,
    hp_node: hostPort,
  });
  const action_list = [
    act('CT_DOWNGRADE_TO_SECONDARY', address, node),
    act('CT_UPGRADE_TO_PRIMARY', successor, hp_secondaries?.[0] ?? successor),
  ];
  const proposal = { gpid: { app_id, partition_index }, action_list, force: false };
  await answered('Balance', meta.proposeBalancer(proposal));
}
