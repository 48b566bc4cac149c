import type { Steps } from './steps.ts';
import type { Store } from './storage/store.ts';

/** Removes what is in a directory, one in a step. */
export function* emptying(store: Store, directory: string): Steps {
  const names = store.list(directory);
  yield;
  for (const name of names) {
    store.remove(`${directory}/${name}`);
    yield;
  }
}
