import { ClusterError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';

/** A policy as it is, and its last backups. @throws ClusterError where there is none of that name */
export async function planToModifyPolicy(
  { meta, session }: Context,
  name: string,
  verb: 'change' | 'disable' | 'enable',
): Promise<Plan> {
  const { policys, backup_infos } = await meta.queryBackupPolicy({
    policy_names: [name],
    backup_info_count: SAMPLES,
  });
  const [policy] = policys;
  if (policy === undefined) {
    const hint = 'pegsh ls_backup_policy shows those there are';
    throw new ClusterError('ERR_INVALID_PARAMETERS', `there is no backup policy '${sanitize(name)}'`, hint);
  }
  const { start_time, backup_interval_seconds, is_disable } = policy;
  const backups = backup_infos[0] ?? [];
  return {
    action: `${verb} backup policy ${sanitize(name)} of cluster ${session.cluster}`,
    counts: { tables: policy.app_ids.size },
    samples: [
      `now ${is_disable ? 'disabled' : 'enabled'}, at ${start_time}, every ${backup_interval_seconds} s`,
      ...backups.map(
        ({ backup_id, start_time_ms }) => `backup ${backup_id}, begun at ${dateTime(start_time_ms)}`,
      ),
    ],
  };
}
