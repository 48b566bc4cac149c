/** Paths, of which those inside a directory are not looked for where there are none: most things removed are one file. */
export class Paths extends Set<string> {
  /** How many of them, and of directories with any inside, are in a directory itself. */
  readonly #inside = new Map<string, number>();

  override add(path: string): this {
    if (!this.has(path)) this.#count(path, 1);
    return super.add(path);
  }

  override delete(path: string): boolean {
    const wasThere = super.delete(path);
    if (wasThere) this.#count(path, -1);
    return wasThere;
  }

  /** Whether `path` is one of them, or has one inside it. */
  hasUnder(path: string): boolean {
    return this.has(path) || this.#inside.has(path);
  }

  /** `path`, if it is one of them, and those inside it; everything is inside `''`. */
  under(path: string): string[] {
    if (path === '') return [...this];
    const own = this.has(path) ? [path] : [];
    if (!this.#inside.has(path)) return own;
    const directory = `${path}/`;
    return [...own, ...[...this].filter((other) => other.startsWith(directory))];
  }

  /** A directory counts in the one above it as long as there is anything inside. */
  #count(path: string, by: 1 | -1): void {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      const before = this.#inside.get(directory) ?? 0;
      if (before + by === 0) this.#inside.delete(directory);
      else this.#inside.set(directory, before + by);
      if (before > 0 && before + by > 0) return;
    }
  }
}
