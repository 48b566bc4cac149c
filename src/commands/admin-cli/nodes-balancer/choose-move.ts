import { ClusterError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
import { sum } from '../../sum.ts';
import {
  byUsage,
  type DiskReplica,
  type DiskUse,
  diskInfos,
  diskUseOf,
  percentOf,
} from '../shared/disk-info.ts';
import { answered, refused } from '../shared/meta-call.ts';
import { labelled, type Server, serverNamed } from '../shared/servers.ts';
import { info, reasonOf, replicasOfDisk } from '../shared/toolkit.ts';

/** Percent of difference up to which two servers are alike. */
const ALIKE = 5;
const MB_PER_GB = 1024;

/** How full a server is. */
export interface NodeLoad {
  readonly server: Server;
  /** From the emptiest to the fullest. */
  readonly disks: readonly DiskUse[];
  /** MB, as the next. */
  readonly capacity: number;
  readonly usage: number;
}

/** A replica that is to move from one server to another. */
export interface NodeMove {
  readonly gpid: string;
  readonly status: DiskReplica['status'];
  readonly from: NodeLoad;
  readonly to: NodeLoad;
}

/** Of all servers, from the emptiest to the fullest. @throws Refusal, UsageError: one does not tell, or has one disk */
export async function nodeLoads(ctx: Context): Promise<NodeLoad[]> {
  const { infos } = await answered('ListNodes', ctx.meta.listNodes({ status: 'NS_INVALID' }));
  const loads: NodeLoad[] = [];
  for (const { node } of infos) loads.push(await nodeLoad(ctx, node));
  return loads.sort((a, b) => a.usage - b.usage);
}

async function nodeLoad(ctx: Context, node: string): Promise<NodeLoad> {
  const server = await serverNamed(ctx, 'replica', node);
  const disks = byUsage(node, (await diskInfos(ctx, node, '')).map(diskUseOf));
  return {
    server,
    disks,
    capacity: sum(disks.map(({ capacity }) => capacity)),
    usage: sum(disks.map(({ usage }) => usage)),
  };
}

/**
 * The largest replica of the fullest disk of the fullest server that the emptiest server lacks and that takes neither
 * past the average (`nodesbalancer/migrator.go`).
 *
 * @throws Refusal where there is none, or nothing to balance
 */
export async function chooseMove(ctx: Context, loads: readonly NodeLoad[], low: NodeLoad): Promise<NodeMove> {
  const high = loads.at(-1) ?? low;
  const disk = high.disks.at(-1)?.disk ?? '';
  const average = Math.trunc(sum(loads.map(({ usage }) => usage)) / loads.length);
  const [from, to] = [labelled(high.server), labelled(low.server)];
  const highShown = `high node = ${from}[${disk}][usage=${gigabytes(high.usage)}]`;
  const lowShown = `low node = ${to}[usage=${gigabytes(low.usage)}]`;
  info(ctx, `expect_average = ${gigabytes(average)}, ${highShown}, ${lowShown}\n`);
  const highRatio = percentOf(high.usage, high.capacity);
  const lowRatio = percentOf(low.usage, low.capacity);
  if (highRatio - lowRatio <= ALIKE) {
    throw impossible(`high node and low node has little diff: ${highRatio} vs ${lowRatio}`);
  }
  const size = Math.min(high.usage - average, average - low.usage);
  const there = await replicasOfDisk(ctx, high.server.address, disk).catch(
    saying(`get high node[${from}] high disk[${disk}] replicas err: `),
  );
  const has = new Set(await gpidsOf(ctx, low).catch(saying(`get low node[${to}] replicas err: `)));
  const chosen = there
    .sort((a, b) => a.size - b.size)
    .findLast((one) => one.size <= size && !has.has(one.replica));
  if (chosen === undefined) throw impossible("can't find valid replica to balance");
  return { gpid: chosen.replica, status: chosen.status, from: high, to: low };
}

/** The partitions of which the server has a replica. @throws Refusal, UsageError */
export async function gpidsOf(ctx: Context, { server, disks }: NodeLoad): Promise<string[]> {
  const gpids: string[] = [];
  for (const { disk } of disks) {
    const replicas = await replicasOfDisk(ctx, server.address, disk);
    gpids.push(...replicas.map(({ replica }) => replica));
  }
  return gpids;
}

function saying(before: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ClusterError) throw refused(error.code, before + reasonOf(error), error.hint);
    throw error;
  };
}

function impossible(text: string) {
  return refused('ERR_INVALID_STATE', text);
}

function gigabytes(megabytes: number): string {
  return `${Math.trunc(megabytes / MB_PER_GB)}GB`;
}
