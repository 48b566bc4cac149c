/** What one line answered: what `expect` looks at. */
export class Answer {
  exitCode = 0;
  /** What stdout and stderr got, in the order of writing. */
  readonly written: (string | Uint8Array)[] = [];
  /** What `--json` shows of it. */
  reply: () => unknown = () => null;

  get text(): string {
    return this.written
      .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('utf8')))
      .join('');
  }
}
