import { MissingArgument } from '../../errors.ts';
import { type Expectation, parseExpectation } from '../../operations/expectation.ts';
import { own } from './shared/own-command.ts';

interface Args {
  readonly text: string;
  readonly judge: Expectation;
}

interface Reply {
  readonly expected: string;
  readonly holds: boolean;
  /** What is so instead. */
  readonly seen: string | null;
}

export default own<Args, Reply>({
  name: 'expect',
  summary: 'Check what the line before answered; exit 1 where it is not so.',
  usage: 'expect exit CODE | [not] /REGEX/ | [not|count] $.PATH [==|!=|<|<=|>|>=|~ VALUE]',
  syntax: 'expect EXPECTATION',
  examples: [
    'expect /4 of 4 partitions are healthy/',
    'expect not /ERR_/',
    'expect exit 1',
    "expect $.duplications[0].status == 'DS_LOG'",
    'expect count $.rows[*] >= 10',
  ],
  offline: true,
  parse([text = '']) {
    if (text === '') throw new MissingArgument('EXPECTATION', 'expect needs to know what', 'help expect');
    return { text, judge: parseExpectation(text) };
  },
  // There is no answer to look at.
  plan: async (_, { text }) => ({ action: `expect ${text}`, counts: {}, samples: [] }),
  async run(ctx, { text, judge }) {
    const seen = judge(ctx.shell.answered());
    return { expected: text, holds: seen === undefined, seen: seen ?? null };
  },
  print: ({ expected, holds, seen }) =>
    holds ? {} : { err: `expected ${expected}, but ${seen}\n`, exitCode: 1 },
});
