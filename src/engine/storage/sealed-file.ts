import { crc32Number } from './checksum.ts';
import { damageOf, FILE_SEAL, sealedFileBytes, sealLength, sealOf, textOf } from './seal.ts';

/** What is summed, read or written of a long file before others have their turn. */
export const PART_BYTES = 512 * 1024;

const NOTHING = new Uint8Array();
/** Bytes of the member that is the seal. */
const MEMBER_LENGTH = sealLength(FILE_SEAL) - '}\n'.length;

/** An immutable file that holds one object, with its seal, which fits. */
export class SealedFile {
  readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @param json of an object that has a member */
  static of(json: string): SealedFile {
    return new SealedFile(sealedFileBytes(json));
  }

  /**
   * A file that was read, checked a part at a time.
   *
   * @throws WorkspaceError when anything else changed it
   */
  static *checked(path: string, bytes: Uint8Array): Generator<void, SealedFile> {
    const end = Math.max(0, bytes.length - sealLength(FILE_SEAL));
    let sum = 0;
    for (const part of partsOf(bytes.subarray(0, end))) {
      sum = crc32Number(part, sum);
      if (part.length === PART_BYTES) yield;
    }
    if (textOf(bytes.subarray(end)) !== sealOf(NOTHING, FILE_SEAL, sum))
      throw damageOf(bytes, FILE_SEAL, { path, line: 1, offset: 0 });
    return new SealedFile(bytes);
  }

  /** The object as JSON, without the brace at its end. */
  get body(): Uint8Array {
    return this.bytes.subarray(0, this.bytes.length - sealLength(FILE_SEAL));
  }

  /** The object as JSON. */
  get json(): string {
    return `${textOf(this.body)}}`;
  }

  /** Of that JSON as a line, in bytes. */
  get length(): number {
    return this.bytes.length - MEMBER_LENGTH;
  }
}

/** The bytes of a file that is there, or of one that holds the object whose JSON is given in parts. */
export function filePieces(content: SealedFile | Iterable<string>): Generator<Uint8Array, void> {
  return content instanceof SealedFile ? partsOf(content.bytes) : sealing(content);
}

/** Of a file that is so many bytes long: see `SealedFile`. */
export function lengthOfFile(bytes: number): number {
  return bytes - MEMBER_LENGTH;
}

/** The last part is sealed. */
function* sealing(parts: Iterable<string>): Generator<Uint8Array, void> {
  let last: string | undefined;
  let sum = 0;
  for (const part of parts) {
    if (last !== undefined) {
      const bytes = Buffer.from(last);
      sum = crc32Number(bytes, sum);
      yield bytes;
    }
    last = part;
  }
  yield sealedFileBytes(last ?? '', sum);
}

/** Bytes in parts. */
export function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PART_BYTES) yield bytes.subarray(at, at + PART_BYTES);
}
