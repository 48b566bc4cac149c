import type { FaultState } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';
import { shownDetails, shownEnds } from './shown.ts';

export default own<void, FaultState[]>({
  name: 'fault list',
  summary: 'List what is broken, and what will be.',
  usage: 'fault list',
  examples: ['pegsh fault list'],
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'fault list' });
  },
  run: async (ctx) => (await ctx.control.listFaults({})).faults,
  print: (faults) => ({
    out: columns(
      ['id', 'kind', 'between', 'state', 'details'],
      faults.map((fault) => [
        fault.id,
        fault.kind,
        shownEnds(fault),
        fault.is_active ? 'active' : 'waiting',
        shownDetails(fault).join(', '),
      ]),
    ),
  }),
});
