import * as v from 'valibot';
import { Damage, damage } from '../storage/damage.ts';
import { Disk } from '../storage/disk.ts';
import { parseDocument } from '../storage/document-file.ts';
import type { FileSystem } from '../storage/host.ts';
import { sealedParts } from '../storage/log.ts';
import { unsealFile } from '../storage/seal.ts';
import { stateFiles } from '../storage/state-files.ts';

/** The files of a workspace that nobody has open, read one by one and believed only where their checksums fit. */
export class Files {
  readonly disk: Disk;
  /** Everything but the store's own files, sorted. */
  readonly paths: readonly string[];

  constructor(fs: FileSystem, directory: string) {
    this.disk = new Disk(fs, directory);
    this.paths = stateFiles(this.disk).sort();
  }

  /** @throws Damage */
  document<T>(path: string, schema: v.GenericSchema<unknown, T>): Map<string, T> {
    const entries = parseDocument(path, this.#bytes(path));
    const read = (key: string) => parsed(path, `key ${JSON.stringify(key)}`, schema, entries.textOf(key)!);
    return new Map([...entries.keys()].map((key) => [key, read(key)]));
  }

  /** @throws Damage */
  log<T>(path: string, schema: v.GenericSchema<unknown, T>): T[] {
    const lines = [...sealedParts(path, this.#bytes(path))].flatMap(({ texts }) => texts);
    return lines.map((text, index) => parsed(path, `line ${index + 1}`, schema, text));
  }

  /** @throws Damage */
  object<T>(path: string, schema: v.GenericSchema<unknown, T>): T {
    return parsed(path, '', schema, unsealFile(path, this.#bytes(path)));
  }

  exists(path: string): boolean {
    return this.disk.stat(path) !== undefined;
  }

  #bytes(path: string): Uint8Array {
    const bytes = this.disk.read(path);
    if (bytes === undefined) throw damage(path, '', 'is missing');
    return bytes;
  }
}

function parsed<T>(path: string, where: string, schema: v.GenericSchema<unknown, T>, text: string): T {
  const value: unknown = JSON.parse(text);
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw damage(path, where, describeMisfit(schema, value));
}

type Schema = v.GenericSchema<unknown, unknown>;

/** What keeps a value from fitting its schema, in one line; of several kinds, for the one that it comes nearest to. */
function describeMisfit(schema: Schema, value: unknown): string {
  const isUnion = schema.type === 'union' && 'options' in schema;
  const kinds = isUnion ? (schema.options as readonly Schema[]) : [schema];
  const misfits = kinds.map((kind) => v.safeParse(kind, value).issues ?? []);
  misfits.sort((a, b) => a.length - b.length);
  // A value of another type altogether has one issue, without a path: it tells less than a wrong field.
  const nearest = misfits.find((issues) => issues.some(({ path }) => path !== undefined)) ?? misfits[0];
  return (nearest ?? []).map(describeIssue).join('; ');
}

function describeIssue({ path, message }: v.BaseIssue<unknown>): string {
  return path === undefined ? message : `${path.map(({ key }) => String(key)).join('.')}: ${message}`;
}

/** What `read` gives, or the damage that it met. */
export function attempt<T>(read: () => T): T | Damage {
  try {
    return read();
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
}
