import type { KeyChanges } from './document.ts';
import type { Entry } from './entry.ts';
import { isUnder } from './layer.ts';
import type { Appended } from './log.ts';

/** About how long a document's change is. */
const USUAL_RECORD = 512;

/** What a group of commits changes: one record of the journal. Removals come before all else. */
export class Changes {
  readonly removed = new Set<string>();
  readonly documents = new Map<string, Map<string, Entry | undefined>>();
  readonly logs = new Map<string, { readonly offset: number; readonly texts: string[] }>();
  readonly files = new Map<string, string>();
  /** About how long the record will be, in UTF-16 code units. */
  length = 0;

  get empty(): boolean {
    return this.removed.size + this.documents.size + this.logs.size + this.files.size === 0;
  }

  /** Forgets what was changed at `path` or in it, and marks it for removal. */
  remove(path: string): void {
    for (const changed of [this.documents, this.logs, this.files] as const) {
      for (const key of changed.keys()) if (isUnder(key, path)) changed.delete(key);
    }
    this.removed.add(path);
    this.length += path.length;
  }

  setKeys(path: string, changes: KeyChanges): void {
    const document = this.documents.get(path) ?? new Map<string, Entry | undefined>();
    this.documents.set(path, document);
    for (const [key, entry] of changes) {
      if (!document.has(key)) this.length += USUAL_RECORD;
      document.set(key, entry);
    }
  }

  append(path: string, { offset, texts }: Appended): void {
    const log = this.logs.get(path) ?? { offset, texts: [] };
    this.logs.set(path, log);
    for (const text of texts) {
      log.texts.push(text);
      this.length += text.length;
    }
  }

  putFile(path: string, text: string): void {
    this.files.set(path, text);
    this.length += text.length;
  }
}
