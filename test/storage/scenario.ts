import type { FileSystem } from '../../src/engine/storage/host.ts';
import type { Store } from '../../src/engine/storage/store.ts';
import { type Line, open, putFile, readFile } from './support.ts';

const REPLICAS = ['r1', 'r2'];

function progress(store: Store) {
  return store.document<number>('workspace.json');
}

function replicaInfo(store: Store, replica: string) {
  return store.document<{ checkpoint: number; written?: number }>(`${replica}/info.json`);
}

function replicaLog(store: Store, replica: string) {
  return store.log<Line>(`${replica}/plog/log.1.jsonl`);
}

function checkpointPath(replica: string, decree: number): string {
  return `${replica}/data/checkpoint.${decree}.json`;
}

/** The second replica makes, loses and learns checkpoints of the same decree. */
function decreeAt(replica: string, step: number): number {
  return replica === 'r1' ? step : Math.floor(step / COMMANDS.length);
}

function write(store: Store, step: number): void {
  for (const replica of REPLICAS) {
    replicaLog(store, replica).append({ decree: step, text: `мутация ${step}`.repeat(400) });
    const known = replicaInfo(store, replica).get('app');
    if (known !== undefined)
      replicaInfo(store, replica).set('app', Object.assign(known, { written: step }), ['written']);
  }
}

function checkpoint(store: Store, step: number): void {
  for (const replica of REPLICAS) {
    const info = replicaInfo(store, replica);
    const last = info.get('app')?.checkpoint;
    const decree = decreeAt(replica, step);
    putFile(
      store,
      checkpointPath(replica, decree),
      `{"at":${step},"of":${replicaLog(store, replica).count}}`,
    );
    if (last !== undefined) store.remove(checkpointPath(replica, last));
    info.set('app', { checkpoint: decree });
    store.remove(`${replica}/plog`);
    replicaLog(store, replica).append({ decree: step, text: 'first after the checkpoint' });
  }
}

/** The second replica is lost and learns again: the same paths come back with other contents. */
function relearn(store: Store, step: number): void {
  const decree = decreeAt('r2', step);
  store.remove('r2');
  putFile(store, checkpointPath('r2', decree), `{"learnt":${step}}`);
  replicaInfo(store, 'r2').set('app', { checkpoint: decree });
  replicaLog(store, 'r2').append({ decree: step, text: 'learnt' });
}

function drop(store: Store): void {
  store.remove('r2');
}

function refused(store: Store, step: number): void {
  write(store, step);
  putFile(store, checkpointPath('r1', step + 1000), '{"never":"referred to"}');
  store.remove('r2');
  store.rollback();
}

const COMMANDS: readonly ((store: Store, step: number) => void)[] = [
  write,
  checkpoint,
  write,
  relearn,
  refused,
  write,
  drop,
  write,
  checkpoint,
];

export const STEPS = 27;

/** Does one command. Each leaves another state, since the step is part of it. */
function command(store: Store, step: number): void {
  COMMANDS[step % COMMANDS.length]!(store, step);
  progress(store).set('step', step);
  store.commit();
}

/** Everything that is committed and referred to. */
export function stateOf(store: Store): string {
  // A directory may be there for an orphaned checkpoint only: it proves nothing.
  const isThere = (replica: string) =>
    store.exists(`${replica}/info.json`) || store.exists(`${replica}/plog`);
  const replicas = REPLICAS.filter(isThere).map((replica) => {
    const info = replicaInfo(store, replica).get('app');
    const decree = info?.checkpoint;
    const text = decree === undefined ? undefined : readFile(store, checkpointPath(replica, decree));
    const files = store.exists(`${replica}/plog`) ? store.list(`${replica}/plog`) : [];
    return { replica, info, text, files, log: replicaLog(store, replica).records() };
  });
  return JSON.stringify({ step: progress(store).get('step') ?? -1, replicas }, null, 1);
}

export function lastStepOf(store: Store): number {
  return progress(store).get('step') ?? -1;
}

export interface Watch {
  /** Called when a step is done and cannot be lost. */
  onAcknowledged(step: number): void;
  /** Called with the state after each step. */
  onStep?(store: Store, step: number): void;
}

/** `steps`: the journal is applied in steps between the commits. */
export type Durability = 'sync' | 'group' | 'steps';

/** Does all steps from `from`, closing and opening the store now and then. */
export function play(
  disk: FileSystem,
  pid: number,
  durability: Durability,
  from: number,
  watch: Watch,
): void {
  const appliesInSteps = durability === 'steps';
  const options = {
    durability: durability === 'sync' ? durability : 'group',
    appliesInSteps,
    // In steps, what the logs hold is in the files earlier.
    journalLimitBytes: appliesInSteps ? 40_000 : 700,
  } as const;
  let store = open(disk, { ...options, pid });
  try {
    for (let step = from; step < STEPS; step++) {
      command(store, step);
      watch.onStep?.(store, step);
      if (durability === 'sync') watch.onAcknowledged(step);
      if (durability === 'group' && step % 3 === 0) {
        store.sync();
        watch.onAcknowledged(step);
      }
      if (appliesInSteps) {
        store.sync();
        watch.onAcknowledged(step);
        store.writeAhead();
        for (let more = step % 4; more > 0 && store.applySome(); more--);
      }
      if (step % 7 !== 6) continue;
      store.close();
      watch.onAcknowledged(step);
      store = open(disk, { ...options, pid });
    }
  } catch (error) {
    closeAfter(error, store);
  }
  store.close();
  watch.onAcknowledged(STEPS - 1);
}

/** As a process does that ends with an error. */
function closeAfter(error: unknown, store: Store): never {
  try {
    store.close();
  } catch {
    // The first error is the one that is told.
  }
  throw error;
}
