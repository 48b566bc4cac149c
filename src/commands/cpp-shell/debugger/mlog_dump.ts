import { UsageError } from '../../../errors.ts';
import type { LoggedMutation, PrivateLog } from '../../../rpc/idl/mutation-log.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { demand } from '../shared/demand.ts';
import { saveTo } from '../shared/output-file.ts';
import { flag, readOptions, text } from '../shared/read-options.ts';
import { updateText } from './logged-update.ts';

const USAGE =
  "mlog_dump <-i|--input log_dir(e.g. '/path/to/replica/reps/2.1.pegasus/plog/')> [-o|--output file_name] [-d|--detailed]";

const OPTIONS = {
  detailed: flag('d', 'detailed'),
  input: text('i', 'input'),
  output: text('o', 'output'),
};

/** The folder of a replica, which is the log's parent: `%d.%d.%s`. */
const REPLICA = /^\s*[+-]?\d+\.\s*[+-]?\d+\.\s*\S/;

interface Args {
  readonly input: string;
  readonly output: string;
  readonly detailed: boolean;
  readonly escapeAll: boolean;
}

export default mirrored<Args, PrivateLog>({
  dialect: 'cpp-shell',
  name: 'mlog_dump',
  summary: 'Show what a replica server wrote into the private log of a replica, in a folder of this machine.',
  usage: USAGE,
  examples: ['mlog_dump -i /data/replica/reps/2.1.pegasus/plog -d'],
  offline: true,
  isHarmless: true,
  parse(words, { session }) {
    const { input = '', output = '', detailed } = readOptions(USAGE, words, OPTIONS);
    demand(input !== '', USAGE, "ERROR: 'input' is not specified");
    return { input, output, detailed, escapeAll: session.escapeAll };
  },
  async run(ctx, args) {
    const { input, output } = args;
    const log = await ctx.shell.privateLog(input);
    demand(log !== undefined, USAGE, `ERROR: '${input}' is not a directory`);
    demand(REPLICA.test(folderOver(input)), USAGE, `ERROR: '${input}' is not a valid plog directory`);
    const refuse = () => new UsageError(`ERROR: open output file ${output} failed`);
    await saveTo(ctx, output, () => dump(log, args), refuse);
    if (log.err !== 'ERR_OK') {
      throw new Refusal(log.err, { out: shown(log, args), err: 'ERROR: dump failed\n' });
    }
    return log;
  },
  print: (log, args) => ({ out: shown(log, args), err: 'Done\n' }),
  json: ({ mutations }) => ({ mutations }),
});

/** `parent_path` and its last name, for which a slash at the end begins a name more. */
function folderOver(path: string): string {
  return path.split(/\/+/).at(-2) ?? '';
}

function shown(log: PrivateLog, args: Args): string {
  return args.output === '' ? dump(log, args) : '';
}

function dump({ mutations, err }: PrivateLog, { detailed, escapeAll }: Args): string {
  const lines = mutations.map((mutation) => {
    const updates = detailed ? mutation.updates.map((update) => updateText(update, escapeAll)) : [];
    return headLine(mutation) + updates.join('');
  });
  const failure = err === 'ERR_OK' ? '' : `ERROR: dump mutation log failed, err = ${err}\n`;
  return lines.join('') + failure;
}

function headLine(mutation: LoggedMutation): string {
  const { pid, ballot, decree, timestamp, last_committed_decree, log_offset, log_length, updates } = mutation;
  const gpid = `${pid.app_id}.${pid.partition_index}`;
  const when = dateTimeMs(Math.floor(timestamp / 1000));
  return (
    `mutation [${gpid}.${ballot}.${decree}]: gpid=${gpid}, ballot=${ballot}, decree=${decree}, ` +
    `timestamp=${when}, last_committed_decree=${last_committed_decree}, log_offset=${log_offset}, ` +
    `log_length=${log_length}, update_count=${updates.length}\n`
  );
}
