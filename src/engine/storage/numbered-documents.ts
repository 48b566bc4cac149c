import type { Doc, Store } from './store.ts';

/** Documents of one directory, by number: of tables, say. Each is looked up once. */
export class NumberedDocuments<T> {
  readonly #store: Store;
  readonly #directory: string;
  readonly #docs = new Map<number, Doc<T>>();

  constructor(store: Store, directory: string) {
    this.#store = store;
    this.#directory = directory;
  }

  /** Empty where there is none. */
  of(id: number): Doc<T> {
    const known = this.#docs.get(id);
    if (known !== undefined) return known;
    const doc = this.#store.document<T>(this.pathOf(id));
    this.#docs.set(id, doc);
    return doc;
  }

  pathOf(id: number): string {
    return `${this.#directory}/${id}.json`;
  }
}
