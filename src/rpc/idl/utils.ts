/** `idl/utils.thrift`. */
import { enumeration, type Infer } from './schema.ts';

export const PatternMatchType = enumeration('pattern_match_type', {
  PMT_INVALID: 0,
  PMT_MATCH_ALL: 1,
  PMT_MATCH_EXACT: 2,
  PMT_MATCH_ANYWHERE: 3,
  PMT_MATCH_PREFIX: 4,
  PMT_MATCH_POSTFIX: 5,
  PMT_MATCH_REGEX: 6,
});
export type PatternMatchType = Infer<typeof PatternMatchType>;

export const ChecksumType = enumeration('checksum_type', {
  CST_INVALID: 0,
  CST_NONE: 1,
  CST_MD5: 2,
});
export type ChecksumType = Infer<typeof ChecksumType>;
