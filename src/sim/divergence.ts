/**
 * Whether the members of one partition may differ for good, and be found in an earlier state, although what they lose was
 * acknowledged: what only one server has may be lost where Pegasus lets another one lead.
 */
export class Divergence {
  private lone: string | undefined;
  private isApart = false;
  private everBegan = false;

  /** Whether its keys may be found in any state that they ever were in. */
  get mayBeThePast(): boolean {
    return this.lone !== undefined;
  }

  /** Whether it may ever have lost something, so that a source and its follower differ. */
  get isTorn(): boolean {
    return this.everBegan;
  }

  /** What only this server has may be lost. */
  mayLoseWhatOnlyHas(server: string): void {
    this.lone ??= server;
    this.everBegan = true;
  }

  /** Where the same server leads on, nothing was lost. Where another does, the two may differ for good. */
  isLedBy(server: string, hasSecondaries: boolean): void {
    if (this.lone === undefined) return;
    if (server !== this.lone) this.isApart = true;
    else if (hasSecondaries && !this.isApart) this.lone = undefined;
  }

  /** Another leads than who has most, as an operator chose or since that one was forgotten: what only the others have is gone. */
  leaderWasChosen(): void {
    this.mayLoseWhatOnlyHas('');
    this.isApart = true;
  }
}
