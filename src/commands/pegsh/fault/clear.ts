import type { FaultState } from '../../../rpc/idl/control.ts';
import { SAMPLES } from '../../dry-run/samples.ts';
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
  async plan(ctx, { id }) {
    const faults = (await ctx.control.listFaults({})).faults.filter(
      (fault) => id === undefined || fault.id === id,
    );
    return {
      action: `heal ${id === undefined ? 'every fault' : `fault ${id}`}`,
      counts: { faults: faults.length },
      samples: faults.slice(0, SAMPLES).map((fault) => `${fault.id}: ${fault.kind} ${shownEnds(fault)}`),
    };
  },
  run: async (ctx, { id }) => (await ctx.control.clearFaults(id === undefined ? {} : { id })).faults,
  print: (faults) => ({
    out:
      faults.length === 0
        ? 'nothing was broken\n'
        : faults.map((fault) => `fault ${fault.id} cleared: ${fault.kind} ${shownEnds(fault)}\n`).join(''),
  }),
});
