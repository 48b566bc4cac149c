import { MissingArgument } from '../../errors.ts';
import { type LoadReport, loadRecords } from '../../operations/load-records.ts';
import { parseRecords, type RecordFormat } from '../../operations/records-file.ts';
import { hasRows, isThere, shownRow } from '../dry-run/table-plan.ts';
import { oneOf, readOwn } from '../grammar/own.ts';
import { own } from './shared/own-command.ts';
import { progressBar } from './shared/status-line.ts';

interface Args {
  readonly file: string;
  readonly table: string;
  readonly format: RecordFormat;
}

export default own<Args, LoadReport>({
  name: 'load',
  summary: 'Write the records of a file into a table: TSV or JSON lines.',
  usage: 'load FILE [--table T] [--format tsv|jsonl]',
  examples: ['pegsh load records.tsv --table temp', 'pegsh load examples/records-10k.tsv --table temp'],
  parse(argv, ctx) {
    const typed = readOwn(argv, { command: 'load', words: ['FILE'], values: ['table', 'format'] });
    const file = typed.words[0] as string;
    const table = typed.value('table') ?? ctx.session.table;
    if (table === '') throw new MissingArgument('--table', 'load needs a table', 'pegsh load FILE --table T');
    const format = typed.value('format') ?? (/\.jsonl?$/.test(file) ? 'jsonl' : 'tsv');
    return { file, table, format: oneOf(format, ['tsv', 'jsonl'], '--format') };
  },
  confirmsPeopleOnly: true,
  confirm: async ({ table }, ctx) => ((await hasRows(ctx.data.table(table))) ? table : undefined),
  async plan(ctx, { file, table, format }) {
    const records = parseRecords(await ctx.shell.readFile(file), format, file);
    const target = ctx.data.table(table);
    const overwritten = [];
    for (const record of records) if (await isThere(target, record)) overwritten.push(record);
    return {
      action: `write records into table ${table} of cluster ${ctx.session.cluster}`,
      counts: { records: records.length, overwritten: overwritten.length },
      samples: (overwritten.length > 0 ? overwritten : records).slice(0, 5).map(shownRow),
    };
  },
  async run(ctx, { file, table, format }) {
    const records = parseRecords(await ctx.shell.readFile(file), format, file);
    return loadRecords(ctx.data, table, records, ctx.signal, progressBar(ctx, records.length));
  },
  print: ({ table, records, hash_keys, requests }) => ({
    out: `${records} records of ${hash_keys} hash keys loaded into ${table} with ${requests} requests\n`,
  }),
});
