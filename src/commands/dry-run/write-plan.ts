import { ClusterError } from '../../errors.ts';
import { NOT_FOUND } from '../../rpc/client/replica/errors.ts';
import type { Mutation } from '../../rpc/client/replica/table.ts';
import { escapeBytes } from '../../rpc/idl/escaped-bytes.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';

/** What would be done under one hash key. */
export interface Write {
  readonly hashKey: Uint8Array;
  readonly mutations: readonly Mutation[];
  /** Only if a check holds. */
  readonly isChecked?: boolean;
}

/** How many values of the table in use would be overwritten, added and deleted. @throws ClusterError */
export async function planToWrite(ctx: Context, { hashKey, mutations, isChecked }: Write): Promise<Plan> {
  const { table, cluster } = ctx.session;
  const counts = { added: 0, overwritten: 0, deleted: 0 };
  const samples: string[] = [];
  for (const mutation of mutations) {
    const sortKey = 'remove' in mutation ? mutation.remove : mutation.put;
    const before = await storedValue(ctx, hashKey, sortKey);
    const key = `"${escapeBytes(hashKey)}" : "${escapeBytes(sortKey)}"`;
    if ('put' in mutation) {
      counts[before === undefined ? 'added' : 'overwritten'] += 1;
      const was = before === undefined ? 'new' : `was "${escapeBytes(before)}"`;
      samples.push(`${key} => "${escapeBytes(mutation.value)}" (${was})`);
    } else if (before !== undefined) {
      counts.deleted += 1;
      samples.push(`${key} => "${escapeBytes(before)}" (deleted)`);
    }
  }
  const condition = isChecked === true ? ', if the check holds,' : '';
  return {
    action: `change${condition} values of "${escapeBytes(hashKey)}" in table ${table} of cluster ${cluster}`,
    counts,
    samples: samples.slice(0, SAMPLES),
  };
}

/** @throws ClusterError where nobody tells it */
export async function storedValue(
  { data, session }: Context,
  hashKey: Uint8Array,
  sortKey: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { error, reply } = await data.table(session.table).get(hashKey, sortKey, session.dataTimeoutMs);
  if (error.code === 0) return reply!.value;
  if (error.code === NOT_FOUND.code) return undefined;
  throw new ClusterError('ERR_UNKNOWN', `what is there cannot be read: ${error.text}`);
}
