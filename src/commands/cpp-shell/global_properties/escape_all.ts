import { boolean } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';

const USAGE = 'escape_all [true|false]';

export default mirrored<boolean | undefined, { escape_all: boolean }>({
  dialect: 'cpp-shell',
  name: 'escape_all',
  summary: 'Show every byte of keys and values as an escape, or only those that need it.',
  usage: USAGE,
  examples: ['escape_all true'],
  offline: true,
  isHarmless: true,
  parse(argv) {
    if (argv.length > 1) throw misuse(USAGE);
    if (argv[0] === undefined) return undefined;
    const value = boolean(argv[0]);
    if (value === undefined) throw misuse(USAGE, 'ERROR: invalid parameter.\n');
    return value;
  },
  async run({ session }, value) {
    if (value !== undefined) session.escapeAll = value;
    return { escape_all: session.escapeAll };
  },
  print: ({ escape_all }, value) => ({
    out: value === undefined ? `Current escape_all: ${escape_all}.\n` : 'OK\n',
  }),
});
