import { DEFECTS, type Defect } from '../../src/engine/defects.ts';

/** The tables of `docs/defects.md`: one row for each switch. */
export function fixedTable(): string {
  return table(
    DEFECTS.filter(({ state }) => state !== 'open'),
    ['since', 'fixed by'],
    ({ since, fixedBy }) => [since, fixedBy || 'open'],
  );
}

export function openTable(): string {
  return table(
    DEFECTS.filter(({ state }) => state === 'open'),
    ['since'],
    ({ since }) => [since],
  );
}

function table(
  defects: readonly Defect[],
  moreHead: readonly string[],
  more: (defect: Defect) => readonly string[],
): string {
  const head = ['issue', 'what', 'trigger', 'what you see', ...moreHead];
  const rows = defects.map((defect) => [
    linkTo(defect.issue),
    defect.title,
    defect.trigger,
    defect.seen,
    ...more(defect),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function linkTo(issue: string): string {
  return /^\d/.test(issue)
    ? `[#${issue}](https://github.com/apache/incubator-pegasus/issues/${issue})`
    : issue;
}
