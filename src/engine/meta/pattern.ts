import { PatternMatchType } from '../../rpc/idl/utils.ts';

export interface NameMatch {
  readonly err: 'ERR_OK' | 'ERR_NOT_IMPLEMENTED';
  readonly matches: boolean;
  readonly hint: string;
}

const TEXTS: Readonly<Record<string, string>> = { PMT_INVALID: 'invalid', PMT_MATCH_REGEX: 'regex' };

/** Whether a name matches (`src/utils/strings.cpp pattern_match`); an empty pattern matches no exact name. */
export function matchName(name: string, pattern: string, type: PatternMatchType): NameMatch {
  const ok = (matches: boolean): NameMatch => ({ err: 'ERR_OK', matches, hint: '' });
  switch (type) {
    case 'PMT_MATCH_ALL':
      return ok(true);
    case 'PMT_MATCH_EXACT':
      return ok(name === pattern);
    case 'PMT_MATCH_ANYWHERE':
      return ok(name.includes(pattern));
    case 'PMT_MATCH_PREFIX':
      return ok(name.startsWith(pattern));
    case 'PMT_MATCH_POSTFIX':
      return ok(name.endsWith(pattern));
    default: {
      const hint = `match_type is not supported: val=${PatternMatchType.numbers[type]}, str=${TEXTS[type]}`;
      return { err: 'ERR_NOT_IMPLEMENTED', matches: false, hint };
    }
  }
}
