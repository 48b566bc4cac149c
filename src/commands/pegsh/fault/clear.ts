import type { FaultState } from '../../../rpc/idl/control.ts';
import { readOwn, wholeNumber } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { shownEnds } from './shown.ts';

export default own<{ id: number | undefined }, FaultState[]>({
  name: 'fault clear',
  summary: 'Heal a fault, or all.',
  usage: 'fault clear [ID]',
  examples: ['pegsh fault clear', 'pegsh fault clear 3'],
  parse(argv) {
    const [id] = readOwn(argv, { command: 'fault clear', words: ['[ID]'] }).words;
    return { id: id === undefined ? undefined : wholeNumber(id, 'ID') };
  },
  run: async (ctx, { id }) => (await ctx.control.clearFaults(id === undefined ? {} : { id })).faults,
  print: (faults) => ({
    out:
      faults.length === 0
        ? 'nothing was broken\n'
        : faults.map((fault) => `fault ${fault.id} cleared: ${fault.kind} ${shownEnds(fault)}\n`).join(''),
  }),
});
