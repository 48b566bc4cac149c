import type { Changes } from './changes.ts';
import type { Disk } from './disk.ts';
import type { Group } from './group.ts';
import type { Journal } from './journal.ts';

/** Writes what was committed to the journal: all of it at once, or in steps, between which nothing may be committed. */
export class JournalWriter {
  readonly #disk: Disk;
  readonly #journal: Journal;
  readonly #group: Group;
  readonly #onWritten: (changes: Changes) => void;
  #steps: Generator<void, void> | undefined;
  /** Of the last record. */
  generation = 0;

  /** @param onWritten hears of what is durable */
  constructor(disk: Disk, journal: Journal, group: Group, onWritten: (changes: Changes) => void) {
    this.#disk = disk;
    this.#journal = journal;
    this.#group = group;
    this.#onWritten = onWritten;
  }

  /** Whether steps are left of what `step` began. */
  get isUnderWay(): boolean {
    return this.#steps !== undefined;
  }

  /** Whether there are, or what was committed is so long that it is to be written in steps. */
  get hasSteps(): boolean {
    return this.isUnderWay || this.#group.isLong;
  }

  step(): void {
    this.#steps ??= this.#writing();
    if (this.#steps.next().done === true) this.#steps = undefined;
  }

  /** Takes the steps that are left of what `step` began. */
  finish(): void {
    while (this.isUnderWay) this.step();
  }

  write(): void {
    this.finish();
    if (this.#group.isEmpty) return;
    this.#disk.syncDirectories();
    const changes = this.#group.take();
    this.#journal.append({ sequence: ++this.generation, changes });
    this.#onWritten(changes);
  }

  *#writing(): Generator<void, void> {
    this.#disk.syncDirectories();
    const changes = yield* this.#group.taking();
    yield* this.#journal.appending({ sequence: ++this.generation, changes });
    this.#onWritten(changes);
  }
}
