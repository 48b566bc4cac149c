import { type ReplicaDisk, replicaDiskSchema } from '../documents/replica.ts';
import { Damage } from '../storage/damage.ts';
import { formatDocument } from '../storage/document-file.ts';
import { attempt, type Files } from './files.ts';
import type { Rewriter } from './rewrite.ts';

const OF_REPLICA = /^(clusters\/[^/]+\/nodes\/[^/]+\/reps)\/(\d+)\.(\d+)\.pegasus\/(.*)$/;

/** A file of a replica, and what its server's list says of that replica. */
export interface ReplicaFile {
  /** Inside the replica's directory. */
  readonly name: string;
  readonly directory: string;
  readonly list: string;
  readonly pidx: string;
  readonly disk: ReplicaDisk;
}

/** `undefined` for another file, and where the list does not know the replica. */
export function replicaFile(files: Files, path: string): ReplicaFile | undefined {
  const [, reps, appId, pidx, name] = OF_REPLICA.exec(path) ?? [];
  if (pidx === undefined || name === undefined) return undefined;
  const list = `${reps}/${appId}.json`;
  const replicas = attempt(() => files.document(list, replicaDiskSchema));
  const disk = replicas instanceof Damage ? undefined : replicas.get(pidx);
  return disk && { name, directory: `${reps}/${appId}.${pidx}.pegasus`, list, pidx, disk };
}

/** Has the list say something else of a replica. */
export function rewriteReplica(
  files: Files,
  rewriter: Rewriter,
  { list, pidx }: ReplicaFile,
  disk: ReplicaDisk,
): void {
  const replicas = files.document(list, replicaDiskSchema).set(pidx, disk);
  const texts = [...replicas].map(([key, value]) => [key, { text: JSON.stringify(value) }] as const);
  rewriter.replace(list, formatDocument(new Map(texts)));
}
