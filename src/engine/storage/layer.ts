import { Paths } from './paths.ts';

/** What a set of changes, not yet in the files, does to the directory tree. Removals come before creations. */
export class Layer {
  readonly removed = new Set<string>();
  /** Documents and logs that have changes in this layer, and all of `files`. */
  readonly created = new Paths();
  /** Immutable files that were not written at once: short ones, and such whose path was taken. */
  readonly files = new Map<string, string>();
  /** Immutable files that were written where the journal removes what is there: they are not removed with it. */
  readonly kept = new Paths();

  get empty(): boolean {
    return this.removed.size + this.created.size + this.kept.size === 0;
  }

  /** Whether the layer removes `path`, by itself or with a directory above it. */
  removes(path: string): boolean {
    if (this.removed.size === 0) return false;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (this.removed.has(path.slice(0, end))) return true;
    }
    return false;
  }

  /** Whether the layer creates `path`, or something in it. */
  creates(path: string): boolean {
    return this.created.hasUnder(path) || this.kept.hasUnder(path);
  }

  /** What the layer creates at `path`, or in it. */
  under(path: string): string[] {
    return [...this.created.under(path), ...this.kept.under(path)];
  }

  /** The names in a directory, of which `before` were there without the layer. */
  namesIn(directory: string, before: Iterable<string>): Set<string> {
    const names = new Set(this.removes(directory) ? [] : before);
    if (this.removed.size > 0)
      for (const name of names) if (this.removed.has(within(directory, name))) names.delete(name);
    const start = directory === '' ? 0 : directory.length + 1;
    for (const paths of [this.created, this.kept])
      for (const child of paths.childrenOf(directory)) names.add(child.slice(start));
    return names;
  }

  putFile(path: string, text: string): void {
    this.created.add(path);
    this.files.set(path, text);
  }

  /** What it created at `path` is in the files. */
  saved(path: string): void {
    this.created.delete(path);
    this.files.delete(path);
  }

  remove(path: string): void {
    for (const created of this.created.under(path)) this.saved(created);
    for (const kept of this.kept.under(path)) this.kept.delete(kept);
    this.removed.add(path);
  }
}

/** The path of what is in a directory; the workspace itself is `''`. */
export function within(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Whether `path` is `directory` or inside it; everything is inside `''`. */
export function isUnder(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
