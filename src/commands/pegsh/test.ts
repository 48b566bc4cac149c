import { command } from '../command.ts';
import { readOwn } from '../grammar/own.ts';
import type { DocumentCheck } from '../shell.ts';

interface TestArgs {
  readonly files: readonly string[];
  readonly update: boolean;
}

type TestReply = readonly ({ readonly file: string } & DocumentCheck)[];

export default command<TestArgs, TestReply>({
  dialect: 'pegsh',
  name: 'test',
  summary: 'Run the console blocks of Markdown files and compare what comes out with what is written.',
  usage: 'test FILE… [--update]',
  examples: ['pegsh test README.md', 'pegsh test docs/tour.md --update'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'test', words: ['FILE…'], switches: ['update'] });
    return { files: typed.words, update: typed.has('update') };
  },
  async run(ctx, { files, update }) {
    const reply = [];
    for (const file of files) reply.push({ file, ...(await ctx.shell.checkDocument(file, { update })) });
    return reply;
  },
  print(reply, { update }) {
    const failed = reply.reduce((sum, one) => sum + one.failed, 0);
    const diffs = update ? [] : reply.map((one) => one.diff);
    return {
      out: `${diffs.join('')}${reply.map(summary).join('')}`,
      exitCode: failed > 0 && !update ? 1 : 0,
    };

    function summary({ file, steps, failed: wrong }: TestReply[number]): string {
      const verb = update ? 'updated' : 'differ';
      return `${file}: ${steps} commands, ${wrong === 0 ? 'as written' : `${wrong} ${verb}`}\n`;
    }
  },
});
