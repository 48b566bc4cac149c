import { Damage } from '../storage/damage.ts';
import type { Store } from '../storage/store.ts';

/** The only remote storage that servers know of (`block_service.local_service`). */
export const LOCAL_SERVICE = 'local_service';

/** Folder of the workspace that all its clusters share, as servers on one machine do. */
export const BLOCK_SERVICE = 'block_service';

export type Read = { readonly text: string } | { readonly err: 'ERR_OBJECT_NOT_FOUND' | 'ERR_CORRUPTION' };

const LONGEST_NAME = 200;
const LONGEST_PATH = 2000;

/**
 * Files of JSON at a remote storage, by paths of its own (`src/block_service/local/local_service.cpp`): any text with
 * `/` between names, which leads nowhere else.
 */
export class BlockService {
  readonly #store: Store;
  readonly #root: string;

  constructor(store: Store, provider = LOCAL_SERVICE) {
    this.#store = store;
    this.#root = `${BLOCK_SERVICE}/${provider}`;
  }

  /** Whether it took the file: one whose names are too long it does not. */
  write(path: string, content: object | string): boolean {
    const names = namesOf(path);
    const place = this.#placeOf(path);
    if (place.length > LONGEST_PATH || names.some((name) => name.length > LONGEST_NAME)) return false;
    this.#store.putFile(place, typeof content === 'string' ? content : `${JSON.stringify(content)}\n`);
    return true;
  }

  has(path: string): boolean {
    return this.#store.exists(this.#placeOf(path));
  }

  /** What was written, if it is there and still what it was. */
  read(path: string): Read {
    if (!this.has(path)) return { err: 'ERR_OBJECT_NOT_FOUND' };
    try {
      return { text: this.#store.readFile(this.#placeOf(path)) };
    } catch (error) {
      if (error instanceof Damage) return { err: 'ERR_CORRUPTION' };
      throw error;
    }
  }

  /** A file, or a directory with all that is in it. */
  remove(path: string): void {
    this.#store.remove(this.#placeOf(path));
  }

  #placeOf(path: string): string {
    return [this.#root, ...namesOf(path)].join('/');
  }
}

/** Like a path of a shell: `.` is nothing, `..` goes back, and the top is the top. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(encoded(name));
  }
  return names;
}

const PLAIN = /[\w.-]/;

/** Fit for the name of a file, whatever it is; such names are not hidden, and not taken for unfinished ones. */
function encoded(name: string): string {
  const bytes = [...Buffer.from(name)].map((byte) => {
    const char = String.fromCharCode(byte);
    return PLAIN.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return bytes.join('').replace(/^\.|\.(?=tmp$)/g, '%2E');
}
