import type { ClockState } from '../../../rpc/idl/control.ts';
import { durationMs, durationText } from '../../grammar/duration.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { shownClock } from './shown.ts';

export default own<{ ms: number }, ClockState>({
  name: 'clock advance',
  summary: 'Let time pass at once, with everything that falls due in it.',
  usage: 'clock advance DURATION',
  examples: ['pegsh clock advance 10s', 'pegsh clock advance 30d'],
  parse(argv) {
    const [duration = ''] = readOwn(argv, { command: 'clock advance', words: ['DURATION'] }).words;
    return { ms: durationMs(duration) };
  },
  plan: async (_, { ms }) => ({
    action: `advance the clock by ${durationText(ms)}`,
    counts: {},
    samples: [],
  }),
  run: (ctx, { ms }) => ctx.control.advanceClock({ duration_us: ms * 1000 }),
  print: (clock) => ({ out: shownClock(clock) }),
});
