import { preflight, readSide } from '../../../operations/duplication-preflight.ts';
import type { Check, Plan } from '../../../operations/preflight-check.ts';
import { readOwn, wholeNumber } from '../../grammar/own.ts';
import { columns } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

interface Args extends Plan {
  readonly remote: string;
}

interface Reply {
  readonly source: string;
  readonly remote: string;
  readonly checks: readonly Check[];
}

export default own<Args, Reply>({
  name: 'dup preflight',
  aliases: ['duplication preflight'],
  summary:
    'Compare two clusters before a table is duplicated from one to the other; exit 1 if something would go wrong.',
  usage: 'dup preflight CLUSTER [--table T] [--remote-table R] [--remote-replicas N] [--incremental]',
  examples: [
    'pegsh dup preflight B',
    'pegsh dup preflight B --table test1 --remote-table test_dup_1 --remote-replicas 3',
  ],
  isLook: true,
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'dup preflight',
      words: ['CLUSTER'],
      values: ['table', 'remote-table', 'remote-replicas'],
      switches: ['incremental'],
    });
    const table = typed.value('table');
    const replicas = typed.value('remote-replicas');
    return {
      remote: typed.words[0] as string,
      table,
      remoteTable: typed.value('remote-table') ?? table ?? '',
      remoteReplicas: replicas === undefined ? 0 : wholeNumber(replicas, '--remote-replicas'),
      isFull: !typed.has('incremental'),
    };
  },
  async run(ctx, { remote, ...plan }) {
    const source = ctx.session.cluster;
    const here = await readSide(ctx.control, ctx.meta, source);
    const there = await readSide(ctx.control, ctx.cluster(remote).meta, remote);
    return { source, remote, checks: preflight(here, there, plan) };
  },
  print({ source, remote, checks }) {
    const rows = checks.map(({ name, ok, here, there }) => [ok ? 'ok' : 'FAIL', name, here, there]);
    const failures = checks.filter((check) => !check.ok);
    const told = failures.map((check) => `${check.name}: ${check.consequence}\n  do  ${check.action}\n`);
    const verdict = failures.length === 0 ? 'nothing speaks against it\n' : `\n${told.join('')}`;
    return {
      out: columns(['', 'check', source, remote], rows) + verdict,
      exitCode: failures.length === 0 ? 0 : 1,
    };
  },
});
