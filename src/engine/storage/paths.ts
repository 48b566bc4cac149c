/** So many are entered by their directories at once without anybody noticing. */
const FEW_PATHS = 2000;

type ByDirectory = Map<string, string | Set<string>>;

/** Paths, each of which is looked for in its directory: what is inside one is found without a look at the others. */
export class Paths extends Set<string> {
  /**
   * By directory: what is right in it of them, and of directories with any inside. Most have one. Of few paths it is unknown
   * until somebody asks: most commands add some, and nobody does.
   */
  #byDirectory: ByDirectory | undefined;

  override add(path: string): this {
    if (this.#byDirectory === undefined && this.size < FEW_PATHS) return super.add(path);
    if (!this.has(path)) this.#enter(path, this.#children);
    return super.add(path);
  }

  override delete(path: string): boolean {
    const wasThere = super.delete(path);
    if (wasThere && this.#byDirectory?.has(path) === false) this.#leave(path, this.#byDirectory);
    return wasThere;
  }

  /** Whether `path` is one of them, or has one inside it. */
  hasUnder(path: string): boolean {
    return this.has(path) || (this.size > 0 && this.#children.has(path));
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

  get #children(): ByDirectory {
    if (this.#byDirectory !== undefined) return this.#byDirectory;
    this.#byDirectory = new Map();
    for (const path of this) this.#enter(path, this.#byDirectory);
    return this.#byDirectory;
  }

  /** A directory stands in the one above it as long as there is anything inside. */
  #enter(path: string, all: ByDirectory): void {
    if (path === '') return;
    const directory = parentOf(path);
    const children = all.get(directory);
    if (children === undefined) {
      all.set(directory, path);
      this.#enter(directory, all);
    } else if (typeof children !== 'string') children.add(path);
    else if (children !== path) all.set(directory, new Set([children, path]));
  }

  #leave(path: string, all: ByDirectory): void {
    const directory = parentOf(path);
    const children = all.get(directory);
    if (children === undefined) return;
    if (typeof children !== 'string') children.delete(path);
    if (typeof children === 'string' ? children !== path : children.size > 0) return;
    all.delete(directory);
    if (directory !== '' && !this.has(directory)) this.#leave(directory, all);
  }
}

/** The directory that something is in; `''` for what is in none. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
