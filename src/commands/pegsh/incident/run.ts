import { UsageError } from '../../../errors.ts';
import { type IncidentReport, runScript, scriptFile } from '../../../operations/incident.ts';
import { parseScript } from '../../../operations/incident-script.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { narrator } from './narrator.ts';

interface Args {
  readonly issue: string;
  readonly defect: boolean;
  readonly step: boolean;
  readonly keepIn: string | undefined;
}

interface Reply extends IncidentReport {
  readonly issue: string;
  readonly defect: boolean;
}

export default own<Args, Reply>({
  name: 'incident run',
  summary: 'Live through an incident, in a workspace of its own; exit 1 if it goes another way than told.',
  usage: 'incident run ISSUE [--defect] [--step] [--keep DIR]',
  examples: ['pegsh incident run 2098', 'pegsh incident run 2098 --defect --step'],
  offline: true,
  parse(argv, ctx) {
    const typed = readOwn(argv, {
      command: 'incident run',
      words: ['ISSUE'],
      values: ['keep'],
      switches: ['defect', 'step'],
    });
    const step = typed.has('step');
    if (step && !ctx.terminal.interactive)
      throw new UsageError('--step waits for Enter: it needs a terminal');
    return {
      issue: typed.words[0] as string,
      defect: typed.has('defect'),
      step,
      keepIn: typed.value('keep'),
    };
  },
  async run(ctx, { issue, defect, step, keepIn }) {
    const text = Buffer.from(await ctx.shell.readFile(scriptFile(issue, defect))).toString('utf8');
    const script = parseScript(text);
    const options = keepIn === undefined ? {} : { keepIn };
    const report = await ctx.shell.rehearse(options, (runLine) =>
      runScript(script, runLine, narrator(ctx, step)),
    );
    return { issue, defect, ...report };
  },
  print({ steps, unexpected }, { issue, defect, keepIn }) {
    if (unexpected !== null) {
      const { line_number, command, expected, exit_code } = unexpected;
      const what = `line ${line_number}: ${command}: exit code ${exit_code} where the script says ${expected}`;
      return { err: `the story went another way: ${what}\n`, exitCode: 1 };
    }
    const commands = steps.reduce((sum, step) => sum + step.commands.length, 0);
    const kept = keepIn === undefined ? '' : `The clusters are kept: pegsh -w ${keepIn} cluster list\n`;
    const other = defect ? `pegsh incident run ${issue}` : `pegsh incident run ${issue} --defect`;
    const variant = defect ? 'with the fix' : 'as it was before the fix';
    return { out: `\n${commands} commands, all as told. Now ${variant}: ${other}\n${kept}` };
  },
});
