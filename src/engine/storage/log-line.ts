import { OBJECT_SEAL, seal, sealLength } from './seal.ts';

const SEAL_AND_NEWLINE = sealLength(OBJECT_SEAL) - '}'.length + 1;

/** A record as logs hold it: its texts are made once for all that append it. */
export class LogLine {
  /** JSON, without the seal and the newline that it has in the file. */
  readonly text: string;
  /** Of the line in the file. */
  readonly bytes: number;
  /** As it stands in the file that was written last. */
  #sealed = '';
  #offset = -1;

  private constructor(text: string) {
    this.text = text;
    this.bytes = Buffer.byteLength(text) + SEAL_AND_NEWLINE;
  }

  /** @throws Error for what is no object of JSON */
  static of(record: object): LogLine {
    const text = JSON.stringify(record) ?? '';
    if (!text.startsWith('{"')) throw new Error(`a record that is no object of JSON: ${text}`);
    return new LogLine(text);
  }

  static ofText(text: string): LogLine {
    return new LogLine(text);
  }

  /**
   * As it stands at the byte `offset` of a file: a line that is moved does not fit its seal. In the logs of a partition's
   * replicas it nearly always has the same place.
   */
  sealedAt(offset: number): string {
    if (this.#offset !== offset) {
      this.#sealed = `${seal(this.text.slice(0, -1), OBJECT_SEAL, offset)}\n`;
      this.#offset = offset;
    }
    return this.#sealed;
  }
}
