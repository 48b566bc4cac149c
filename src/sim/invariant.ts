/** What differs from run to run in what is told of a failure: quoted texts, lists, and every word with a digit. */
const VARYING = /'[^']*'|\[[^\]]*\]|\{[^}]*\}|\S*\d\S*/g;
const REPEATED = /\u2026 (?:(?:or )?\u2026 ?)+/g;

/** What a failure is about, without its particulars: two failures of the same invariant are taken for the same. */
export function invariantOf(failure: string): string {
  const [first = ''] = failure.split(/; |\n/);
  return first.replace(VARYING, '…').replace(REPEATED, '… ').trim();
}
