import { Interrupted } from '../errors.ts';
import { applyBackup } from './apply/backups.ts';
import { applyData } from './apply/data.ts';
import { applyDuplication, giveUp } from './apply/duplications.ts';
import { applyPolicy, checkPoliciesAtRest, notePolicies } from './apply/policies.ts';
import { applyPowerCut } from './apply/power-cuts.ts';
import { applyRecovery } from './apply/recovery.ts';
import { applyScan } from './apply/scan.ts';
import { applyServer } from './apply/servers.ts';
import { applySplit, noteSplits } from './apply/splits.ts';
import { applyTable } from './apply/tables.ts';
import { applyUpkeep } from './apply/upkeep.ts';
import { begin } from './begin.ts';
import { checkConfiguration, checkProgress } from './checkers/configuration.ts';
import { checkChained, checkContents, checkMembers } from './checkers/contents.ts';
import { checkDuplicationProgress, checkDuplications } from './checkers/duplications.ts';
import { checkFiles } from './checkers/files.ts';
import { checkRefusals } from './checkers/refusals.ts';
import { checkDecrees, checkReplicas } from './checkers/replicas.ts';
import { type ClusterView, look } from './checkers/snapshot.ts';
import { checkTimers } from './checkers/timers.ts';
import { drain, heal, rest } from './heal.ts';
import { watchLonePrimaries } from './lone-primaries.ts';
import type { Operation, Plan } from './operation.ts';
import { chooseLeaders } from './operator.ts';
import { type OpenWorkspace, Violation, World } from './world.ts';

/** How many operations are between two looks at everything. */
const LOOK_EVERY = 100;

export interface Outcome {
  /** What was broken, and after how many of the operations it showed; undefined when all held. */
  readonly violation: { readonly text: string; readonly operation: number } | undefined;
  /** How much time passed in the simulation, in milliseconds. */
  readonly virtualMs: number;
  /** What the workspace was when it was closed: the same plan leaves the same bytes. */
  readonly world: World;
}

/** Comes before each operation; throws `Interrupted` where nobody waits for the rest. */
export type BeforeOperation = () => Promise<void> | undefined;

/**
 * Runs a plan from its beginning, heals everything, and checks what must hold.
 *
 * @throws Interrupted
 */
export async function runPlan(
  plan: Plan,
  beforeOperation: BeforeOperation = () => undefined,
  openWorkspace?: OpenWorkspace,
): Promise<Outcome> {
  const world = new World(plan, openWorkspace);
  const startMs = world.nowMs;
  let done = 0;
  const outcome = (violation: Outcome['violation']): Outcome => {
    const virtualMs = world.nowMs - startMs;
    world.close();
    return { violation, virtualMs, world };
  };
  try {
    const watch = new Watch(world);
    await begin(world);
    for (const operation of plan.operations) {
      await beforeOperation();
      const sinceMs = world.nowMs;
      await apply(world, operation);
      await noteSplits(world);
      await notePolicies(world, operation, sinceMs);
      await watchLonePrimaries(world);
      if (++done % LOOK_EVERY === 0) await watch.look();
    }
    await heal(world);
    await watch.look();
    await noteSplits(world);
    await watchLonePrimaries(world);
    await drain(world);
    await checkContents(world);
    await checkChained(world);
    await checkMembers(world, () => heal(world));
    await watch.look();
    await checkRefusals(world);
    await checkTimers(world);
    await checkPoliciesAtRest(world);
    world.close();
    checkFiles(world);
    return outcome(undefined);
  } catch (error) {
    if (error instanceof Interrupted) {
      world.close();
      throw error;
    }
    if (error instanceof Violation) return outcome({ text: error.message, operation: done });
    return outcome({
      text: error instanceof Error ? (error.stack ?? error.message) : `${error}`,
      operation: done,
    });
  }
}

async function apply(world: World, operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'wait':
      return world.sleep(operation.ms);
    case 'rest':
      return rest(world, operation);
    case 'recover':
      return applyRecovery(world, operation);
    case 'ddd_diagnose':
      return chooseLeaders(world, operation.cluster);
    case 'reopen':
      return world.open();
    case 'power_cut':
      return applyPowerCut(world, operation, (during) => apply(world, during));
    case 'add_dup':
    case 'pause_dup':
    case 'start_dup':
    case 'remove_dup':
    case 'set_dup_fail_mode':
      return applyDuplication(world, operation);
    case 'drop':
    case 'rename':
      giveUp(world, operation.cluster, operation.table);
      return applyTable(world, operation);
    case 'create':
    case 'recall':
    case 'set_env':
    case 'del_env':
    case 'set_replica_count':
    case 'set_atomic_idempotent':
      return applyTable(world, operation);
    case 'start_split':
    case 'control_split':
      return applySplit(world, operation);
    case 'node':
    case 'level':
    case 'fault':
    case 'clear_faults':
    case 'corrupt':
    case 'move':
      return applyServer(world, operation);
    case 'compact':
    case 'detect_hotkey':
    case 'migrate_disk':
      return applyUpkeep(world, operation);
    case 'backup':
    case 'restore':
      return applyBackup(world, operation);
    case 'add_policy':
    case 'enable_policy':
    case 'disable_policy':
    case 'keep_backups':
    case 'add_to_policy':
    case 'remove_from_policy':
      return applyPolicy(world, operation);
    case 'full_scan':
      return applyScan(world, operation);
    default:
      return applyData(world, operation);
  }
}

/** Looks at everything now and then, and compares it with the look before. */
class Watch {
  private readonly world: World;
  private before: ClusterView[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** @throws Violation when something does not hold, and still does not when looked at again */
  async look(): Promise<void> {
    const views = await look(this.world);
    if (broken(views).length > 0) {
      const found = broken(await look(this.world));
      if (found.length > 0) throw new Violation(found.join('; '));
    }
    const found = views.flatMap((after) => {
      const before = this.before.find(({ name }) => name === after.name);
      if (before === undefined) return [];
      const changes = [
        ...checkProgress(before, after),
        ...checkDecrees(before, after),
        ...checkDuplicationProgress(before, after),
      ];
      return changes.map((text) => `${after.name}: ${text}`);
    });
    if (found.length > 0) throw new Violation(found.join('; '));
    this.before = views;
  }
}

function broken(views: readonly ClusterView[]): string[] {
  return views.flatMap((view) =>
    [...checkConfiguration(view), ...checkReplicas(view), ...checkDuplications(view)].map(
      (text) => `${view.name}: ${text}`,
    ),
  );
}
