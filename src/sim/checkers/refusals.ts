import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { bytes } from '../names.ts';
import { Violation, type World } from '../world.ts';

/** A removed duplication is heard of at the next config sync. */
const CONFIG_SYNC_MS = 31_000;
const HASH_KEYS = ['a', 'b', 'c'];
/** What a client makes of `ERR_OPERATION_DISABLED`. */
const REFUSED = -6;

/**
 * What gives another result when it is repeated is refused while a table is duplicated that does not make it idempotent,
 * and not otherwise.
 *
 * @throws Violation
 */
export async function checkRefusals(world: World): Promise<void> {
  await world.sleep(CONFIG_SYNC_MS);
  for (const { name } of world.plan.clusters) {
    const { duplications } = await world.control.duplicationStates({ cluster: name });
    const duplicated = new Set(duplications.map(({ app_id }) => app_id));
    for (const { info, partitions } of await world.stored(name)) {
      if (info.status !== 'AS_AVAILABLE' || partitions.some(({ hp_primary = '' }) => hp_primary === ''))
        continue;
      const isDuplicated = duplicated.has(info.app_id) || isTakenForDuplicated(world, name, info);
      const isRefused = isDuplicated && info.atomic_idempotent !== true;
      const table = world.of(name).data.table(info.app_name);
      for (const hashKey of HASH_KEYS) {
        const { code, text } = (await table.incr(bytes(hashKey), bytes('refusals'), 1n)).error;
        if ((code === REFUSED) !== isRefused)
          throw new Violation(`${name}: incr of ${info.app_name} was answered '${text}'`);
      }
    }
  }
}

/**
 * A leader that began while a table was dropped does not know the duplications of it when it is recalled, and has stored
 * all the same that it is duplicated (`recover_from_meta_state`). So it is stored of a table that was restored from a
 * duplicated one, of which nothing is duplicated (`restore_app_info`).
 */
function isTakenForDuplicated(world: World, cluster: string, app: AppInfo): boolean {
  const mayBeWrong = world.recalled.has(`${cluster}/${app.app_id}.0`) || app.envs.has('restore.backup_id');
  return app.duplicating === true && mayBeWrong;
}
