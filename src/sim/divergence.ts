/** Changes of the configuration, each with a ballot of its own, that it takes for another to lead and then the first again. */
const TO_LEAD_AGAIN = 4;

/**
 * Whether the members of one partition may differ for good, and be found in an earlier state, although what they lose was
 * acknowledged: what only one server has may be lost where Pegasus lets another one lead.
 */
export class Divergence {
  private lone: string | undefined;
  private ballot = 0;
  private isApart = false;
  private everBegan = false;

  /** Of a partition that a split makes of this one: it begins with the same records. */
  copy(): Divergence {
    return Object.assign(new Divergence(), this);
  }

  /** Whether its keys may be found in any state that they ever were in. */
  get mayBeThePast(): boolean {
    return this.lone !== undefined;
  }

  /** Whether it may ever have lost something, or not shipped it, so that a source and its follower differ. */
  get isTorn(): boolean {
    return this.everBegan;
  }

  /** It took what its duplications do not ship. */
  mayShipLess(): void {
    this.everBegan = true;
  }

  /** What only this server has, which leads, may be lost. */
  mayLoseWhatOnlyHas(server: string, ballot: number): void {
    if (this.lone === undefined) this.ballot = ballot;
    this.lone ??= server;
    this.everBegan = true;
  }

  /**
   * Where the same server leads on, nothing was lost. Where another does, or has since the last time that this was told,
   * the two may differ for good.
   */
  isLedBy(server: string, ballot: number, secondaries: number): void {
    if (this.lone === undefined) return;
    const changes = ballot - this.ballot - secondaries;
    this.ballot = ballot;
    if (server !== this.lone || changes >= TO_LEAD_AGAIN) this.isApart = true;
    else if (secondaries > 0 && !this.isApart) this.lone = undefined;
  }

  /** Another leads than who has most, as an operator chose or since that one was forgotten: what only the others have is gone. */
  leaderWasChosen(): void {
    this.mayLoseWhatOnlyHas('', 0);
    this.isApart = true;
  }
}
