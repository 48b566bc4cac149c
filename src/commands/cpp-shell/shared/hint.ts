import { sanitize } from '../../../output/sanitize.ts';

const RULE = `${'='.repeat(29)}\n`;

/** What a server adds to its yes, between two rules; nothing where it adds nothing. */
export function framed(hint: string): string {
  return hint === '' ? '' : `${RULE}${sanitize(hint)}\n${RULE}`;
}
