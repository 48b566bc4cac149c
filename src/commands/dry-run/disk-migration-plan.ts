import { ClusterError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import { answeredBy, type Server, TIMEOUT_MS } from '../admin-cli/shared/servers.ts';
import type { Context, Plan } from '../command.ts';

/**
 * What a replica leaves, and where there has to be room for it.
 *
 * @throws ClusterError where the server has no such disk; Refusal where it does not answer
 */
export async function planToMigrate(
  ctx: Context,
  server: Server,
  { gpid, from, to }: { readonly gpid: string; readonly from: string; readonly to: string },
): Promise<Plan> {
  const request = { node1: server.address, app_name: '' };
  const asked = ctx.servers.queryDiskInfo(server.node, request, TIMEOUT_MS);
  const { disk_infos } = await answeredBy(server, 'QueryDiskInfo', asked);
  const disks = [from, to].map((tag) => {
    const disk = disk_infos.find((one) => one.tag === tag);
    if (disk !== undefined) return disk;
    const hint = `its disks: ${disk_infos.map((one) => sanitize(one.tag)).join(', ')}`;
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `there is no disk '${sanitize(tag)}' on ${server.shown}`,
      hint,
    );
  });
  return {
    action: `move replica ${sanitize(gpid)} of ${server.shown} from disk ${sanitize(from)} to disk ${sanitize(to)}`,
    counts: { available_mb: disks[1]?.disk_available_mb ?? 0 },
    samples: disks.map(({ tag, full_dir }) => sanitize(`${tag}: ${full_dir}`)),
  };
}
