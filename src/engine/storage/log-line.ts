import { type JsonWriter, jsonOf } from './json-writer.ts';
import { LINE_END_LENGTH, textOf, writeLineEnd } from './seal.ts';

const BRACE = '}'.length;

/** A record as logs hold it: it is made once for all that append it. */
export class LogLine {
  /** UTF-8, without the seal and the newline that it has in the file. */
  readonly json: Uint8Array;
  /** Of the line in the file. */
  readonly bytes: number;

  private constructor(json: Uint8Array) {
    this.json = json;
    this.bytes = json.length - BRACE + LINE_END_LENGTH;
  }

  /** @throws Error for what is no object of JSON */
  static of(record: object): LogLine {
    const text = JSON.stringify(record) ?? '';
    if (!text.startsWith('{"')) throw new Error(`a record that is no object of JSON: ${text}`);
    return LogLine.ofText(text);
  }

  static ofText(text: string): LogLine {
    return LogLine.made((to) => to.text(text));
  }

  /** @param write an object */
  static made(write: (to: JsonWriter) => void): LogLine {
    return new LogLine(jsonOf(write));
  }

  /** @param json an object, as it is written here: UTF-8, and nobody else's */
  static ofJson(json: Uint8Array): LogLine {
    return new LogLine(json);
  }

  get text(): string {
    return textOf(this.json);
  }

  /** Writes it as it stands at the byte `offset` of a file: a line that is moved does not fit its seal. */
  write(to: Buffer, at: number, offset: number): void {
    to.set(this.json, at);
    // The seal goes in before the brace that ends the text.
    writeLineEnd(to, at, at + this.json.length - BRACE, offset);
  }
}
