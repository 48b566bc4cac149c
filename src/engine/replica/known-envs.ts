import type { Envs, EnvsRef, ReplicaMemory, ReplicaProcess } from '../documents/replica.ts';
import { damage } from '../storage/damage.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { Store } from '../storage/store.ts';

const NONE: Envs = {};

/**
 * The envs that the replicas of a server go by. Those of a table mostly go by the same: each set is kept once a table, and
 * replicas refer to it, so that what is written of envs does not grow with the partitions.
 */
export class KnownEnvs {
  private readonly docs: NumberedDocuments<Envs>;
  private readonly memories: NumberedDocuments<ReplicaMemory>;
  private readonly server: { readonly process: ReplicaProcess };
  /** Under which ref sets were kept that were come across; never given to another set, though it may be gone. */
  private readonly refs = new WeakMap<Envs, string>();

  /**
   * @param directory of the server
   * @param memories what it remembers of its replicas, by table
   */
  constructor(
    store: Store,
    directory: string,
    memories: NumberedDocuments<ReplicaMemory>,
    server: { readonly process: ReplicaProcess },
  ) {
    this.docs = new NumberedDocuments(store, `${directory}/envs`);
    this.memories = memories;
    this.server = server;
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

  /** What nobody refers to any more goes when there is something new. */
  private add(appId: number, envs: Envs): string {
    const doc = this.docs.of(appId);
    const refs = doc.keys();
    const used = new Set(this.refsInUse(appId));
    for (const ref of refs) if (!used.has(ref)) doc.delete(ref);
    const ref = `${Math.max(0, ...refs.map(Number)) + 1}`;
    doc.set(ref, envs);
    return ref;
  }

  /** Of replicas of a table, open or closed. */
  private *refsInUse(appId: number): Generator<EnvsRef | undefined, void> {
    const memory = this.memories.of(appId);
    for (const pidx of memory.keys()) {
      const { envs, first_envs } = memory.get(pidx)!;
      yield envs;
      yield first_envs;
    }
    const { closed = {} } = this.server.process;
    for (const gpid in closed) if (gpid.startsWith(`${appId}.`)) yield closed[gpid]!.first_envs;
  }
}

function isEmpty(envs: Envs): boolean {
  for (const _ in envs) return false;
  return true;
}

function isSame(a: Envs, b: Envs): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
