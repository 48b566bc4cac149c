import { scriptFile } from '../../../operations/incident.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';

interface Args {
  readonly issue: string;
  readonly defect: boolean;
}

export default own<Args, { issue: string; defect: boolean; script: string }>({
  name: 'incident show',
  summary: 'Print the script of an incident: every line of it can be typed by hand.',
  usage: 'incident show ISSUE [--defect]',
  examples: ['pegsh incident show 2098', 'pegsh incident show 2098 --defect'],
  offline: true,
  isLook: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'incident show', words: ['ISSUE'], switches: ['defect'] });
    return { issue: typed.words[0] as string, defect: typed.has('defect') };
  },
  async run({ shell }, { issue, defect }) {
    const script = Buffer.from(await shell.readFile(scriptFile(issue, defect))).toString('utf8');
    return { issue, defect, script };
  },
  print: ({ script }) => ({ out: script }),
});
