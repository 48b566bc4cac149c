import { UsageError } from '../errors.ts';

/** One line of the story: something told, or a command with the exit code that it has to end with. */
export type Item =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly line: string;
      readonly lineNumber: number;
      readonly exitCode: number;
    };

export interface Step {
  readonly title: string;
  readonly items: readonly Item[];
}

export interface Script {
  /** What is told before the first step. */
  readonly opening: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * Reads an incident as it stands in `examples/incidents/`: lines that `pegsh run` runs as well.
 *
 * `## …` begins a step, other comments are told, and `# [n]` below a command is its exit code where that is not 0.
 *
 * @throws UsageError for a command before the first step, and for an exit code without a command
 */
export function parseScript(text: string): Script {
  const opening: string[] = [];
  const steps: { title: string; items: Item[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const items = steps.at(-1)?.items;
    const title = /^## (.*)$/.exec(line)?.[1];
    const exitCode = /^# \[(\d+)\]$/.exec(line)?.[1];
    const told = /^#(?: (.*))?$/.exec(line);
    if (title !== undefined) steps.push({ title, items: [] });
    else if (exitCode !== undefined) setExitCode(items, Number(exitCode), index + 1);
    else if (told !== null)
      items === undefined ? opening.push(told[1] ?? '') : items.push({ kind: 'text', text: told[1] ?? '' });
    else if (line.trim() !== '') {
      if (items === undefined) throw new UsageError(`line ${index + 1}: a command before the first step`);
      items.push({ kind: 'command', line: line.trim(), lineNumber: index + 1, exitCode: 0 });
    }
  }
  return { opening, steps };
}

function setExitCode(items: Item[] | undefined, exitCode: number, lineNumber: number): void {
  const last = items?.at(-1);
  if (items === undefined || last?.kind !== 'command') {
    throw new UsageError(`line ${lineNumber}: an exit code without its command`);
  }
  items[items.length - 1] = { ...last, exitCode };
}
