import { allOf, type Steps } from '../steps.ts';
import { Damage } from '../storage/damage.ts';
import type { SealedFile, Store } from '../storage/store.ts';

/** The only remote storage that servers know of (`block_service.local_service`). */
export const LOCAL_SERVICE = 'local_service';

/** Folder of the workspace that all its clusters share, as servers on one machine do. */
export const BLOCK_SERVICE = 'block_service';

type Failure = { readonly err: 'ERR_OBJECT_NOT_FOUND' | 'ERR_CORRUPTION' };
export type Read = { readonly text: string } | Failure;

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
  write(path: string, content: object): boolean {
    if (this.#isTooLong(path)) return false;
    allOf(this.#store.puttingFile(this.#placeOf(path), [JSON.stringify(content)]));
    return true;
  }

  /** The same of a long one, in steps. */
  *uploading(path: string, file: SealedFile): Steps<boolean> {
    if (this.#isTooLong(path)) return false;
    yield* this.#store.puttingFile(this.#placeOf(path), file);
    return true;
  }

  has(path: string): boolean {
    return this.#store.exists(this.#placeOf(path));
  }

  /** What was written, if it is there and still what it was. */
  read(path: string): Read {
    const read = allOf(this.downloading(path));
    return 'err' in read ? read : { text: read.json };
  }

  /** The same of a long one, in steps. */
  *downloading(path: string): Steps<SealedFile | Failure> {
    if (!this.has(path)) return { err: 'ERR_OBJECT_NOT_FOUND' };
    try {
      return yield* this.#store.readingFile(this.#placeOf(path));
    } catch (error) {
      if (error instanceof Damage) return { err: 'ERR_CORRUPTION' };
      throw error;
    }
  }

  /** A file, or a directory with all that is in it. */
  remove(path: string): void {
    this.#store.remove(this.#placeOf(path));
  }

  #isTooLong(path: string): boolean {
    const isLong = this.#placeOf(path).length > LONGEST_PATH;
    return isLong || namesOf(path).some((name) => name.length > LONGEST_NAME);
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
