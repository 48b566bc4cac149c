import { UsageError } from '../../../errors.ts';

/**
 * The bytes of a word like `0x00016162`.
 *
 * @param least fewer bytes than this cannot be what is asked for
 * @throws UsageError in the words of the original, which aborts then
 */
export function hexBytes(word: string, least: number): Uint8Array {
  if (!word.startsWith('0x')) throw invalid(word, 'Must start with 0x');
  if (!/^0x([0-9a-fA-F]{2})*$/.test(word)) throw invalid(word, 'Two hexadecimal digits make a byte');
  const bytes = Uint8Array.from(Buffer.from(word.slice(2), 'hex'));
  if (bytes.length < least) throw invalid(word, `At least ${least} bytes are needed`);
  return bytes;
}

export function invalid(word: string, why: string): UsageError {
  return new UsageError(`Invalid hex input ${word}.  ${why}`);
}
