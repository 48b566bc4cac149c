import type { Context } from '../../command.ts';
import { type DiskReplica, diskInfos, replicasOn } from './disk-info.ts';
import { serverNamed } from './servers.ts';

/** What `executor/toolkits` of admin-cli have in common: they act step by step, and tell each step at once. */

/** How long is waited before something is looked at again. */
export const PAUSE_MS = 10_000;
/** How long a step gets where the original waits for ever. */
export const LONGEST_MS = 3_600_000;

export function say({ terminal, json }: Context, text: string): void {
  (json ? terminal.stderr : terminal.stdout).write(text);
}

/** `LogInfo` */
export function info(ctx: Context, text: string): void {
  say(ctx, `INFO: ${text}\n`);
}

/** @throws Interrupted on Ctrl-C */
export async function pause({ meta, signal }: Context, ms: number): Promise<void> {
  signal.throwIfAborted();
  await meta.sleep(ms);
}

/** What an error says of itself where its text goes into another. */
export function reasonOf({ message }: Error): string {
  return message.replace(/^error: /, '');
}

/** The replicas on one disk of a server; none where it has no such disk. @throws Refusal, UsageError */
export async function replicasOfDisk(ctx: Context, node: string, tag: string): Promise<DiskReplica[]> {
  const infos = await diskInfos(ctx, node, '');
  const server = await serverNamed(ctx, 'replica', node);
  const disk = infos.find((one) => one.tag === tag);
  return disk === undefined ? [] : replicasOn(ctx, server, disk);
}
