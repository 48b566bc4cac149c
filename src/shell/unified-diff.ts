const CONTEXT = 3;

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** The difference of two texts as `diff -u` shows it; empty when there is none. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const edits = editsBetween(before.split('\n'), after.split('\n'));
  const hunks = hunksOf(edits).map(([start, end]) => hunkText(edits, start, end));
  return `--- ${name}\n+++ ${name} (as it ran)\n${hunks.join('')}`;
}

/** The shortest edit by longest common subsequence, after the common ends are set aside. */
function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (line: string): Edit => ({ mark: ' ', line });
  return [
    ...before.slice(0, head).map(same),
    ...middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function middleEdits(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      edits.push({ mark: ' ', line: before[i]! });
      i += 1;
      j += 1;
    } else if (
      j === after.length ||
      (i < before.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      edits.push({ mark: '-', line: before[i]! });
      i += 1;
    } else {
      edits.push({ mark: '+', line: after[j]! });
      j += 1;
    }
  }
  return edits;
}

/** Ranges of edits to show: each change with its context, neighbours joined. */
function hunksOf(edits: readonly Edit[]): [number, number][] {
  const hunks: [number, number][] = [];
  edits.forEach(({ mark }, at) => {
    if (mark === ' ') return;
    const start = Math.max(0, at - CONTEXT);
    const end = Math.min(edits.length, at + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  });
  return hunks;
}

function hunkText(edits: readonly Edit[], start: number, end: number): string {
  const count = (from: number, to: number, but: Edit['mark']): number =>
    edits.slice(from, to).filter(({ mark }) => mark !== but).length;
  const range = (but: Edit['mark']): string => `${count(0, start, but) + 1},${count(start, end, but)}`;
  const lines = edits.slice(start, end).map(({ mark, line }) => `${mark}${line}\n`);
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`;
}
