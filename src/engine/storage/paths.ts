/** Paths, each of which is looked for in its directory: what is inside one is found without a look at the others. */
export class Paths extends Set<string> {
  /** By directory: what is right in it of them, and of directories with any inside. Most have one. */
  readonly #children = new Map<string, string | Set<string>>();

  override add(path: string): this {
    if (!this.has(path)) this.#enter(path);
    return super.add(path);
  }

  override delete(path: string): boolean {
    const wasThere = super.delete(path);
    if (wasThere && !this.#children.has(path)) this.#leave(path);
    return wasThere;
  }

  /** Whether `path` is one of them, or has one inside it. */
  hasUnder(path: string): boolean {
    return this.has(path) || this.#children.has(path);
  }

  /** What stands in a directory: those of them, and directories that have any inside. */
  childrenOf(directory: string): Iterable<string> {
    const children = this.#children.get(directory) ?? [];
    return typeof children === 'string' ? [children] : children;
  }

  /** `path`, if it is one of them, and those inside it; everything is inside `''`. */
  under(path: string): string[] {
    if (path === '') return [...this];
    const found: string[] = [];
    this.#collect(path, found);
    return found;
  }

  #collect(path: string, found: string[]): void {
    if (this.has(path)) found.push(path);
    for (const child of this.childrenOf(path)) this.#collect(child, found);
  }

  /** A directory stands in the one above it as long as there is anything inside. */
  #enter(path: string): void {
    if (path === '') return;
    const directory = parentOf(path);
    const children = this.#children.get(directory);
    if (children === undefined) {
      this.#children.set(directory, path);
      this.#enter(directory);
    } else if (typeof children !== 'string') children.add(path);
    else if (children !== path) this.#children.set(directory, new Set([children, path]));
  }

  #leave(path: string): void {
    const directory = parentOf(path);
    const children = this.#children.get(directory);
    if (children === undefined) return;
    if (typeof children !== 'string') children.delete(path);
    if (typeof children === 'string' ? children !== path : children.size > 0) return;
    this.#children.delete(directory);
    if (directory !== '' && !this.has(directory)) this.#leave(directory);
  }
}

/** The directory that something is in; `''` for what is in none. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
