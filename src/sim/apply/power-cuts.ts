import { Death, DyingDisk } from '../../host/dying-disk.ts';
import { MemoryFileSystem } from '../../host/memory-fs.ts';
import { VolatileDisk } from '../../host/volatile-disk.ts';
import { checkFiles } from '../checkers/files.ts';
import type { InterruptedOperation, PowerCutOperation } from '../operation.ts';
import { Random } from '../random.ts';
import type { World } from '../world.ts';
import { noteUnanswered } from './data.ts';
import { lookAtTables } from './tables.ts';

const DIRECTORY = '/w';

/**
 * The process dies at some access to its disk while it does something, and with it what was not synced. What was answered
 * is there when another process goes on, and what was asked for is done or not.
 *
 * @param apply does what is asked for
 * @throws Violation
 */
export async function applyPowerCut(
  world: World,
  operation: PowerCutOperation,
  apply: (during: InterruptedOperation) => Promise<void>,
): Promise<void> {
  const { during, at, isWhileOpening, losesPower } = operation;
  const from = world.seconds;
  world.close();
  const disk = copyTo(new VolatileDisk(), world.disk);
  disk.syncAll();
  const dying = new DyingDisk(disk, isWhileOpening ? at : Number.POSITIVE_INFINITY, 'half');
  world.disk = dying;
  const isDone = await survives(async () => {
    world.open('sync');
    if (!isWhileOpening) dying.dieIn(at);
    await apply(during);
  });
  const random = new Random(operation.seed);
  if (losesPower) disk.losePower(() => random.fraction());
  world.die(disk);
  world.open();
  world.close();
  checkFiles(world);
  world.disk = copyTo(new MemoryFileSystem(), world.disk);
  world.open();
  if (!isDone) await noteInterruption(world, during, from);
}

/** Whether what is done is done before the process dies. */
async function survives(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Death) return false;
    throw error;
  }
}

async function noteInterruption(world: World, during: InterruptedOperation, from: number): Promise<void> {
  if ('hashKey' in during) noteUnanswered(world, during, from);
  else if ('table' in during) await lookAtTables(world, during.cluster);
}

/** A disk with what a workspace consists of. */
function copyTo<D extends MemoryFileSystem | VolatileDisk>(
  to: D,
  disk: World['disk'],
  directory = DIRECTORY,
): D {
  to.makeDirectory(directory);
  for (const name of disk.list(directory)) {
    const path = `${directory}/${name}`;
    if (disk.stat(path)?.directory === true) copyTo(to, disk, path);
    else to.write(path, 0, disk.read(path) ?? new Uint8Array());
  }
  return to;
}
