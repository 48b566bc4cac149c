import { printTable } from '../../../output/table-printer.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { flag, readOptions } from '../shared/read-options.ts';

const USAGE = 'get_replica_count <app_name> [-j|--json]';

interface Args {
  readonly name: string;
  readonly json: boolean;
}

export default mirrored<Args, { max_replica_count: number }>({
  dialect: 'cpp-shell',
  name: 'get_replica_count',
  summary: 'Show how many replicas each partition of a table is to have.',
  usage: USAGE,
  examples: ['get_replica_count temp'],
  isLook: true,
  parse(words) {
    const [name] = words;
    if (name === undefined) throw misuse(USAGE);
    return { name, ...readOptions(USAGE, words, { json: flag('j', 'json') }) };
  },
  async run({ meta }, { name }) {
    const { max_replica_count } = await orRefuse(
      callSync(meta.getMaxReplicaCount({ app_name: name })),
      ({ code, message, answered }) => {
        const error = answered ? code : message;
        return { err: `get replica count of app(${escapeBytes(wordBytes(name))}) failed: ${error}\n` };
      },
    );
    return { max_replica_count };
  },
  print({ max_replica_count }, { json }) {
    const pairs = [['max_replica_count', max_replica_count]] as const;
    return { out: printTable({ name: 'max_replica_count', pairs }, json) };
  },
});
