import { INCIDENTS, type Incident } from '../../../operations/incident.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

export default own<void, readonly Incident[]>({
  name: 'incident list',
  summary: 'List the incidents of Pegasus that can be lived through here.',
  usage: 'incident list',
  examples: ['pegsh incident list'],
  offline: true,
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'incident list' });
  },
  run: async () => INCIDENTS,
  print: (incidents, _, { width }) => ({
    out: columns(
      ['issue', 'what happened', 'fixed by'],
      incidents.map((incident) => [incident.issue, incident.title, incident.fixed_by]),
      width,
    ),
  }),
});
