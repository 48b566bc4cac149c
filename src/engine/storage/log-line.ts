import { LINE_END_LENGTH, writeLineEnd } from './seal.ts';

const BRACE = '}'.length;

/** A record as logs hold it: its text is made once for all that append it. */
export class LogLine {
  /** JSON, without the seal and the newline that it has in the file. */
  readonly text: string;
  /** Of the line in the file. */
  readonly bytes: number;

  private constructor(text: string) {
    this.text = text;
    this.bytes = Buffer.byteLength(text) - BRACE + LINE_END_LENGTH;
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

  /** Writes it as it stands at the byte `offset` of a file: a line that is moved does not fit its seal. */
  write(to: Buffer, at: number, offset: number): void {
    to.write(this.text, at);
    // The seal goes in before the brace that ends the text.
    writeLineEnd(to, at, at + this.bytes - LINE_END_LENGTH, offset);
  }
}
