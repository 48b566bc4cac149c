import { sanitize } from '../../../output/sanitize.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';

const USAGE = 'use [app_name]';

/** The table to use; undefined = show which one is used. */
type Args = string | undefined;

export default mirrored<Args, { app_name: string }>({
  dialect: 'cpp-shell',
  name: 'use',
  summary: 'Choose the table of the data commands; not checked.',
  usage: USAGE,
  examples: ['use temp', 'use'],
  offline: true,
  isHarmless: true,
  parse(argv, { session }) {
    if (argv.length > 1) throw misuse(USAGE);
    if (argv.length === 0 && session.table === '') throw misuse(USAGE, 'Current app not specified.\n');
    return argv[0];
  },
  async run({ session }, table) {
    if (table !== undefined) session.table = table;
    return { app_name: session.table };
  },
  print: ({ app_name }, table) => ({
    out: table === undefined ? `Current app: ${sanitize(app_name)}\n` : 'OK\n',
  }),
});
