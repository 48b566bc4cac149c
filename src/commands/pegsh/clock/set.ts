import type { ClockMode, ClockState } from '../../../rpc/idl/control.ts';
import { oneOf, readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { shownClock } from './shown.ts';

export default own<{ mode: ClockMode }, ClockState>({
  name: 'clock set',
  summary: 'Let time follow the wall clock, or move only when told.',
  usage: 'clock set realtime|manual',
  examples: ['pegsh clock set manual'],
  parse(argv) {
    const [mode = ''] = readOwn(argv, { command: 'clock set', words: ['MODE'] }).words;
    return { mode: oneOf(mode, ['realtime', 'manual'], 'the mode of the clock') };
  },
  run: (ctx, args) => ctx.control.setClock(args),
  print: (clock) => ({ out: shownClock(clock) }),
});
