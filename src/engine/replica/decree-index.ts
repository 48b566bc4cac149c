/**
 * Where decrees stand in a segment of a private log, so that whoever reads its end does not read it all.
 *
 * Most records hold the decree after the one before them: a run of those is kept as where it begins.
 */
export class DecreeIndex {
  private readonly runs: { readonly at: number; readonly highest: number }[] = [];
  /** Of the records. */
  count = 0;
  /** The highest decree up to the last record. */
  reached: number;

  /** @param before the highest decree in front of the segment */
  constructor(before: number) {
    this.reached = before;
  }

  /** @param decree the last one that the next record holds */
  add(decree: number): void {
    const highest = Math.max(this.reached, decree);
    if (this.runs.length === 0 || highest !== this.reached + 1) this.runs.push({ at: this.count, highest });
    this.reached = highest;
    this.count++;
  }

  /** How many records at the beginning hold lower decrees only. */
  countBelow(decree: number): number {
    if (decree > this.reached) return this.count;
    const at = this.runs.findLastIndex((run) => run.highest < decree);
    const run = this.runs[at];
    if (run === undefined) return 0;
    const end = this.runs[at + 1]?.at ?? this.count;
    return Math.min(end, run.at + decree - run.highest);
  }
}
