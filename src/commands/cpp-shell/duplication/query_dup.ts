import { columns, printTable } from '../../../output/table-printer.ts';
import type { DuplicationEntry, DuplicationQueryResponse } from '../../../rpc/idl/duplication.ts';
import { duplicationsText } from '../../../rpc/idl/duplication-text.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';
import { argh, hasFlag } from '../../grammar/argh.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { refuseWords } from '../shared/options.ts';

const USAGE = 'query_dup <app_name> [-d|--detail]';

interface Args {
  readonly app: string;
  readonly detail: boolean;
}

export default mirrored<Args, DuplicationQueryResponse>({
  dialect: 'cpp-shell',
  name: 'query_dup',
  summary: "Show a table's duplications; -d with the progress of each partition.",
  usage: USAGE,
  examples: ['query_dup temp', 'query_dup temp -d'],
  isLook: true,
  parse(argv) {
    const parsed = argh(argv, { valuesByEqualsOnly: true });
    const [app] = parsed.positional;
    if (parsed.positional.length > 1) throw refuseWords(USAGE, 'too many params');
    const unknown = [...parsed.flags].sort().find((name) => name !== 'd' && name !== 'detail');
    if (unknown !== undefined) throw refuseWords(USAGE, `unknown flag ${unknown}`);
    if (app === undefined) throw refuseWords(USAGE, 'missing param <app_name>');
    return { app, detail: hasFlag(parsed, 'd', 'detail') };
  },
  run: ({ meta }, { app }) =>
    orRefuse(callSync(meta.queryDuplication({ app_name: app })), (error) => ({
      err: errorLine(`querying duplications of app [${app}] failed, error=${error.message}`),
    })),
  print: (reply, { app, detail }) => ({
    out: detail
      ? `duplications of app [${app}] in detail:\n${duplicationsText(reply)}\n\n`
      : `duplications of app [${app}] are listed as below:\n${growing(reply.entry_list)}`,
  }),
});

/** Upstream prints the table so far again after each row. */
function growing(entries: readonly DuplicationEntry[]): string {
  const rows = entries.map(({ dupid, status, remote, create_ts }) => [
    dupid,
    status,
    remote,
    dateTimeMs(create_ts),
  ]);
  const titles = columns(['dup_id', 'status', 'remote cluster', 'create time']);
  const tables = rows.map((_, at) => printTable({ name: '', columns: titles, rows: rows.slice(0, at + 1) }));
  return tables.map((table) => `${table}\n`).join('');
}
