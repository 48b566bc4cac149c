import { DEFECTS } from '../../src/engine/defects.ts';

/** The table of `docs/defects.md`: one row for each switch. */
export function defectsTable(): string {
  const rows = DEFECTS.map((defect) => {
    const link = `[#${defect.issue}](https://github.com/apache/incubator-pegasus/issues/${defect.issue})`;
    return [link, defect.title, defect.trigger, defect.seen, defect.since, defect.fixedBy];
  });
  const lines = [
    ['issue', 'what', 'trigger', 'what you see', 'since', 'fixed by'],
    Array(6).fill('---'),
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
