import type { StoredTable } from '../../rpc/idl/control.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { TableOperation } from '../operation.ts';

type Change = Exclude<TableOperation, { readonly kind: 'set_env' | 'del_env' }>;

/**
 * What is granted is stored by then, and what is refused changes nothing.
 *
 * @param appId of the table that the operation is about; undefined where there is none
 * @returns what is wrong with the answer; undefined where it is right
 */
export function wrongTableReply(
  before: readonly StoredTable[],
  after: readonly StoredTable[],
  operation: Change,
  appId: number | undefined,
  err: string,
): string | undefined {
  const [was, is] = [before, after].map((tables) => infoOf(tables, operation, appId));
  const isRight =
    err === 'ERR_OK' ? is !== undefined && isDone(operation, is, was) : textOf(is) === textOf(was);
  return isRight
    ? undefined
    : `${operation.kind} was answered ${err}: of ${textOf(was)} became ${textOf(is)}`;
}

/** Of a table that is made it is not known which id it gets. */
function infoOf(
  tables: readonly StoredTable[],
  { kind, table }: Change,
  appId?: number,
): AppInfo | undefined {
  const infos = tables.map(({ info }) => info);
  if (kind !== 'create') return infos.find(({ app_id }) => app_id === appId);
  return infos.find(({ app_name, status }) => app_name === table && status !== 'AS_DROPPED');
}

function isDone(operation: Change, is: AppInfo, was?: AppInfo): boolean {
  switch (operation.kind) {
    case 'create':
      return was === undefined && is.status === 'AS_AVAILABLE';
    case 'drop':
      return is.status === 'AS_DROPPED';
    case 'recall':
      return is.status === 'AS_AVAILABLE' && is.app_name === (operation.to ?? operation.table);
    case 'rename':
      return is.app_name === operation.to;
    case 'set_replica_count':
      return is.max_replica_count === operation.replicas;
    case 'set_atomic_idempotent':
      return is.atomic_idempotent === operation.isOn;
  }
}

function textOf(info: AppInfo | undefined): string {
  if (info === undefined) return 'nothing';
  const { app_id, app_name, status, max_replica_count, atomic_idempotent } = info;
  return `${app_id} ${app_name} ${status} with ${max_replica_count} replicas, idempotent ${atomic_idempotent}`;
}
