import type { ClockState } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { shownClock } from './shown.ts';

export default own<void, ClockState>({
  name: 'clock',
  summary: "Show the clusters' time and what moves it.",
  usage: 'clock',
  examples: ['pegsh clock'],
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'clock' });
  },
  run: (ctx) => ctx.control.getClock({}),
  print: (clock) => ({ out: shownClock(clock) }),
});
