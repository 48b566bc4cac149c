import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';

const USAGE = 'timeout [time_in_ms]';

export default mirrored<number | undefined, { timeout_ms: number }>({
  dialect: 'cpp-shell',
  name: 'timeout',
  summary: 'Choose how long a data command may take, in milliseconds.',
  usage: USAGE,
  examples: ['timeout 3000'],
  offline: true,
  isHarmless: true,
  parse(argv) {
    if (argv.length > 1) throw misuse(USAGE);
    const [text] = argv;
    if (text === undefined) return undefined;
    const value = int32(text);
    if (value === undefined) throw misuse(USAGE, `ERROR: parse ${text} as timeout failed\n`);
    if (value <= 0) throw misuse(USAGE, `ERROR: invalid timeout ${text}\n`);
    return value;
  },
  async run({ session }, value) {
    if (value !== undefined) session.dataTimeoutMs = value;
    return { timeout_ms: session.dataTimeoutMs };
  },
  print: ({ timeout_ms }, value) => ({
    out: value === undefined ? `Current timeout: ${timeout_ms} ms.\n` : 'OK\n',
  }),
});
