import type { Envs, EnvsRef, ReplicaMemory } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { Store } from '../storage/store.ts';
import type { ClosedReplicas } from './closed-replicas.ts';

const NONE: Envs = {};

/** What replicas began with, and what they go by. */
const USUALLY_IN_USE = 2;

/**
 * The envs that the replicas of a server go by. Those of a table mostly go by the same: each set is kept once a table, and
 * replicas refer to it, so that what is written of envs does not grow with the partitions.
 */
export class KnownEnvs {
  private readonly docs: NumberedDocuments<Envs>;
  private readonly memories: NumberedDocuments<ReplicaMemory>;
  private readonly closed: ClosedReplicas;
  /** Under which ref sets were kept that were come across; never given to another set, though it may be gone. */
  private readonly refs = new WeakMap<Envs, string>();

  /**
   * @param directory of the server
   * @param memories what it remembers of its open replicas, by table
   */
  constructor(
    store: Store,
    directory: string,
    memories: NumberedDocuments<ReplicaMemory>,
    closed: ClosedReplicas,
  ) {
    this.docs = new NumberedDocuments(store, `${directory}/envs`);
    this.memories = memories;
    this.closed = closed;
  }

  /** @throws WorkspaceError where the set is lost */
  get(appId: number, ref: EnvsRef | undefined): Envs {
    if (ref === undefined) return NONE;
    if (typeof ref !== 'string') return ref;
    const envs = this.docs.of(appId).get(ref);
    if (envs === undefined) throw damage(this.docs.pathOf(appId), '', `does not have "${ref}"`);
    return envs;
  }

  /** How a replica of a table refers to such envs, which are kept from now on; undefined: it has none. */
  refOf(appId: number, envs: Envs): string | undefined {
    const doc = this.docs.of(appId);
    const last = this.refs.get(envs);
    if (last !== undefined && doc.has(last)) return last;
    if (isEmpty(envs)) return undefined;
    const ref = doc.keys().find((known) => isSame(doc.get(known)!, envs)) ?? this.add(appId, envs);
    this.refs.set(envs, ref);
    return ref;
  }

  private add(appId: number, envs: Envs): string {
    const doc = this.docs.of(appId);
    const ref = `${newestOf(doc.keys()) + 1}`;
    doc.set(ref, envs);
    return ref;
  }

  /**
   * Forgets what no replica of a table refers to any more, but for the newest, after which the next is named.
   *
   * @param partitions of it that the server has, open or closed
   */
  *forgettingUnused(appId: number, partitions: readonly number[]): Steps {
    const doc = this.docs.of(appId);
    if (doc.size <= USUALLY_IN_USE) return;
    const refs = doc.keys();
    const used = new Set<EnvsRef | undefined>([`${newestOf(refs)}`]);
    for (const pidx of partitions) {
      const ram = this.memories.of(appId).get(`${pidx}`);
      used.add(ram?.envs);
      used.add(ram?.first_envs ?? this.closed.get(`${appId}.${pidx}`)?.first_envs);
      yield;
    }
    for (const ref of refs) if (!used.has(ref)) doc.delete(ref);
  }
}

function newestOf(refs: readonly string[]): number {
  return Math.max(0, ...refs.map(Number));
}

function isEmpty(envs: Envs): boolean {
  for (const _ in envs) return false;
  return true;
}

function isSame(a: Envs, b: Envs): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
