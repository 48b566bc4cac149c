import { UsageError } from '../errors.ts';
import type { Script, Step } from './incident-script.ts';

/** An incident of Pegasus that can be lived through, by the number of its upstream issue. */
export interface Incident {
  readonly issue: string;
  readonly title: string;
  readonly reported: string;
  readonly fixed_by: string;
}

export const INCIDENTS: readonly Incident[] = [
  {
    issue: '2098',
    title: 'full duplication stuck in DS_PREPARE, then the replica server dies after every start',
    reported: 'apache/incubator-pegasus#2098',
    fixed_by: 'apache/incubator-pegasus#2097',
  },
  {
    issue: '2146',
    title: 'the follower table is made, the answer is lost, and every further request is refused',
    reported: 'apache/incubator-pegasus#2146',
    fixed_by: 'apache/incubator-pegasus#2144',
  },
  {
    issue: '2069',
    title: 'empty partitions count as prepared without a checkpoint: stuck in DS_APP for hours',
    reported: 'apache/incubator-pegasus#2069',
    fixed_by: 'apache/incubator-pegasus#2054',
  },
  {
    issue: '1595',
    title: 'after maintenance the log of a paused duplication is gone, and its server dies',
    reported: 'apache/incubator-pegasus#1595',
    fixed_by: 'apache/incubator-pegasus#1608',
  },
  {
    issue: '903',
    title: 'a follower table that was dropped and made anew takes down the source',
    reported: 'apache/incubator-pegasus#903',
    fixed_by: 'XiaoMi/rdsn#1121',
  },
  {
    issue: '2284',
    title: 'two clusters duplicate to each other, and lose writes without any error',
    reported: 'apache/incubator-pegasus#2284',
    fixed_by: 'open',
  },
];

/**
 * The file with the script of an incident, which comes with pegsh.
 *
 * @param defect as it went before the fix
 * @throws UsageError when there is no such incident
 */
export function scriptFile(issue: string, defect: boolean): string {
  if (!INCIDENTS.some((incident) => incident.issue === issue))
    throw new UsageError(`there is no incident ${issue}`, 'pegsh incident list shows those there are');
  return `examples/incidents/${issue}${defect ? '-defect' : ''}.pegsh`;
}

/** What somebody sees of the story while it goes on. */
export interface Audience {
  opening(lines: readonly string[]): void;
  told(text: string): void;
  command(line: string): void;
  output(text: string, exitCode: number): void;
  /** Called at the start of a step; the story waits for it. */
  step(title: string, number: number, count: number): Promise<void>;
}

export interface CommandReport {
  readonly command: string;
  readonly exit_code: number;
  readonly output: string;
}

export interface StepReport {
  readonly title: string;
  readonly commands: readonly CommandReport[];
}

export interface IncidentReport {
  readonly steps: readonly StepReport[];
  /** The command that ended otherwise than the script says; the story stops there. */
  readonly unexpected: {
    readonly line_number: number;
    readonly command: string;
    readonly expected: number;
    readonly exit_code: number;
  } | null;
}

type RunLine = (line: string) => Promise<{ readonly text: string; readonly exitCode: number }>;

/** Tells and runs a script, step by step, as long as every command ends as the script says. */
export async function runScript(
  script: Script,
  runLine: RunLine,
  audience: Audience,
): Promise<IncidentReport> {
  audience.opening(script.opening);
  const steps: StepReport[] = [];
  for (const [at, step] of script.steps.entries()) {
    await audience.step(step.title, at + 1, script.steps.length);
    const { commands, unexpected } = await runStep(step, runLine, audience);
    steps.push({ title: step.title, commands });
    if (unexpected !== null) return { steps, unexpected };
  }
  return { steps, unexpected: null };
}

async function runStep(step: Step, runLine: RunLine, audience: Audience) {
  const commands: CommandReport[] = [];
  for (const item of step.items) {
    if (item.kind === 'text') {
      audience.told(item.text);
      continue;
    }
    audience.command(item.line);
    const { text, exitCode } = await runLine(item.line);
    audience.output(text, exitCode);
    commands.push({ command: item.line, exit_code: exitCode, output: text });
    if (exitCode !== item.exitCode) {
      const { line, lineNumber } = item;
      return {
        commands,
        unexpected: { line_number: lineNumber, command: line, expected: item.exitCode, exit_code: exitCode },
      };
    }
  }
  return { commands, unexpected: null };
}
