import { printTable } from '../../../output/table-printer.ts';
import { hasFlag } from '../../grammar/argh.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { parseArgh } from '../shared/options.ts';

const USAGE = 'get_atomic_idempotent <app_name> [-j|--json]';

interface Args {
  readonly name: string;
  readonly json: boolean;
}

export default mirrored<Args, { atomic_idempotent: boolean }>({
  dialect: 'cpp-shell',
  name: 'get_atomic_idempotent',
  summary: 'Show whether atomic writes of a table are made idempotent.',
  usage: USAGE,
  examples: ['get_atomic_idempotent temp'],
  isLook: true,
  parse(words) {
    const parsed = parseArgh(USAGE, words, { params: [], flags: ['j', 'json'], positional: 1 });
    return { name: parsed.positional[0]!, json: hasFlag(parsed, 'j', 'json') };
  },
  async run({ meta }, { name }) {
    const { atomic_idempotent } = await orRefuse(
      callSync(meta.getAtomicIdempotent({ app_name: name })),
      ({ message }) => ({ err: errorLine(`get_atomic_idempotent failed, error=${message}`) }),
    );
    return { atomic_idempotent };
  },
  print({ atomic_idempotent }, { json }) {
    const pairs = [['atomic_idempotent', atomic_idempotent]] as const;
    return { out: printTable({ name: 'atomic_idempotent', pairs }, json) };
  },
});
