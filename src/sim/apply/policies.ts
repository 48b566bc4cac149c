import {
  checkPolicy,
  checkPolicyAtRest,
  checkPolicyProgress,
  type PolicyView,
} from '../checkers/policies.ts';
import type { Operation, PolicyOperation } from '../operation.ts';
import { answered, copyOf, Violation, type World } from '../world.ts';
import { PROVIDER } from './backups.ts';

const DAY_SECONDS = 86_400;
/** Until the first backup of a policy that begins at once is done. */
const FIRST_MS = 60_000;
/** What is superfluous is looked for every three minutes, what is due every five. */
const AT_REST_MS = 16 * 60_000;
/** While these are done nobody writes. */
const QUIET: ReadonlySet<string> = new Set(['wait', 'rest', 'add_policy', 'enable_policy', 'backup']);

type Added = Extract<PolicyOperation, { readonly kind: 'add_policy' }>;

/** Adds or changes a policy, and holds the answer against what there is. */
export async function applyPolicy(world: World, operation: PolicyOperation): Promise<void> {
  world.policies.add(operation.cluster);
  if (operation.kind === 'add_policy') await add(world, operation);
  else await modify(world, operation);
}

async function add(world: World, operation: Added): Promise<void> {
  const { cluster, policy: policy_name, table, intervalSeconds, keep, startTime: start_time } = operation;
  const app = await world.storedTable(cluster, table);
  const before = await policiesOf(world, cluster);
  if (app === undefined || before === undefined) return;
  const { app_id, app_name } = app.info;
  const reply = await answered(
    world.of(cluster).meta.addBackupPolicy({
      ...{ backup_provider_type: PROVIDER, policy_name, app_ids: [app_id], start_time },
      ...{ backup_interval_seconds: intervalSeconds, backup_history_count_to_keep: keep },
    }),
  );
  const isTaken =
    intervalSeconds >= DAY_SECONDS && !before.some(({ policy }) => policy.policy_name === policy_name);
  if (reply !== undefined && (reply.err === 'ERR_OK') !== isTaken)
    throw new Violation(`${cluster}: policy ${policy_name} of ${intervalSeconds} s was added: ${reply.err}`);
  // A policy goes by the name that a table had when it was added.
  if (isTaken) world.backupNames.set(`${cluster}/${policy_name}/${app_id}`, app_name);
  world.lines.set(
    operation,
    `add_backup_policy -p ${policy_name} -b ${PROVIDER} -a ${app_id} -i ${intervalSeconds} -s ${start_time} -c ${keep}\nclock advance ${FIRST_MS}ms`,
  );
  await world.sleep(FIRST_MS);
}

async function modify(world: World, operation: Exclude<PolicyOperation, Added>): Promise<void> {
  const { cluster, policy: policy_name } = operation;
  const { meta } = world.of(cluster);
  switch (operation.kind) {
    case 'enable_policy':
      world.lines.set(operation, `enable_backup_policy -p ${policy_name}`);
      await answered(meta.modifyBackupPolicy({ policy_name, is_disable: false }));
      return;
    case 'disable_policy':
      world.lines.set(operation, `disable_backup_policy -p ${policy_name}${operation.force ? ' -f' : ''}`);
      await answered(
        meta.modifyBackupPolicy({ policy_name, is_disable: true, force_disable: operation.force }),
      );
      return;
    case 'keep_backups':
      world.lines.set(operation, `modify_backup_policy -p ${policy_name} -c ${operation.keep}`);
      await answered(meta.modifyBackupPolicy({ policy_name, backup_history_count_to_keep: operation.keep }));
      return;
    case 'add_to_policy':
    case 'remove_from_policy': {
      const { info } = (await world.storedTable(cluster, operation.table)) ?? {};
      if (info === undefined) return;
      const isAdded = operation.kind === 'add_to_policy';
      if (isAdded) world.backupNames.set(`${cluster}/${policy_name}/${info.app_id}`, info.app_name);
      world.lines.set(
        operation,
        `modify_backup_policy -p ${policy_name} -${isAdded ? 'a' : 'r'} ${info.app_id}`,
      );
      const change = { [isAdded ? 'add_appids' : 'removal_appids']: [info.app_id] };
      await answered(meta.modifyBackupPolicy({ policy_name, ...change }));
    }
  }
}

/** Undefined while nobody answers. */
async function policiesOf(world: World, cluster: string): Promise<PolicyView[] | undefined> {
  const request = { policy_names: [], backup_info_count: 1000 };
  const reply = await answered(world.of(cluster).meta.queryBackupPolicy(request));
  return reply?.policys.map((policy, at) => ({
    policy,
    backups: [...(reply.backup_infos[at] ?? [])].reverse(),
  }));
}

/**
 * Looks at the backups that policies have made. What was backed up while nobody wrote is what there is now.
 *
 * @param sinceMs when the operation began after which this is
 * @throws Violation
 */
export async function notePolicies(world: World, operation: Operation, sinceMs: number): Promise<void> {
  for (const cluster of world.policies) {
    const views = await policiesOf(world, cluster);
    for (const view of views ?? []) {
      const id = `${cluster}/${view.policy.policy_name}`;
      const before = world.policyViews.get(id);
      world.policyViews.set(id, view);
      const found = [
        ...checkPolicy(view),
        ...(before === undefined ? [] : checkPolicyProgress(before, view)),
      ];
      if (found.length > 0) throw new Violation(`${cluster}: ${found.join('; ')}`);
      if (QUIET.has(operation.kind)) takeIn(world, cluster, view, sinceMs);
    }
  }
}

function takeIn(world: World, cluster: string, { policy, backups }: PolicyView, sinceMs: number): void {
  for (const { backup_id: backupId, start_time_ms, end_time_ms, app_ids } of backups) {
    if (end_time_ms === 0 || start_time_ms < sinceMs) continue;
    for (const appId of app_ids) {
      const table = [...world.tables.values()].find((one) => one.cluster === cluster && one.appId === appId);
      const name = world.backupNames.get(`${cluster}/${policy.policy_name}/${appId}`);
      if (table !== undefined && name !== undefined) world.backups.push({ ...copyOf(table), name, backupId });
    }
  }
}

/** What fails is not tried again, and a child of a split that was cancelled is waited for. */
function mayStopBackups(operation: Operation): boolean {
  switch (operation.kind) {
    case 'power_cut':
      return mayStopBackups(operation.during);
    case 'fault':
      return operation.fault.kind.startsWith('disk_');
    case 'control_split':
      return operation.control === 'CANCEL';
    default:
      return operation.kind === 'corrupt';
  }
}

/**
 * What is due is done.
 *
 * @throws Violation
 */
export async function checkPoliciesAtRest(world: World): Promise<void> {
  if (world.policies.size === 0) return;
  await world.sleep(AT_REST_MS);
  const mayHang = world.plan.operations.some(mayStopBackups);
  for (const cluster of world.policies) {
    const stored = await world.stored(cluster);
    const isThere = (id: number) =>
      stored.some(({ info }) => info.app_id === id && info.status === 'AS_AVAILABLE');
    for (const view of (await policiesOf(world, cluster)) ?? []) {
      const hasTables = [...view.policy.app_ids].some(isThere);
      const found = hasTables ? checkPolicyAtRest(view, world.nowMs, mayHang) : [];
      if (found.length > 0) throw new Violation(`${cluster}: ${found.join('; ')}`);
    }
  }
}
