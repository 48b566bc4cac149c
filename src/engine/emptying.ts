import type { Steps } from './steps.ts';
import type { Store } from './storage/store.ts';

/** Removes what is in a directory, one in a step. */
export function* emptying(store: Store, directory: string): Steps {
  for (const name of store.list(directory)) {
    store.remove(`${directory}/${name}`);
    yield;
  }
}
