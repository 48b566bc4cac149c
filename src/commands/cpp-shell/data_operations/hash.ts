import { type CellValue, printTable } from '../../../output/table-printer.ts';
import { encodeKey, keyHash } from '../../../rpc/idl/keys.ts';
import type { QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { listApp } from '../shared/list-app.ts';
import { type Key, keyOf } from '../shared/operation.ts';
import { membersOf } from '../shared/partitions.ts';

const USAGE = 'hash <hash_key> <sort_key>';

interface Reply {
  readonly hash: bigint;
  readonly table: string;
  /** Of the table in use; undefined without one. */
  readonly config: QueryCfgResponse | undefined;
}

export default mirrored<Key, Reply>({
  dialect: 'cpp-shell',
  name: 'hash',
  summary: 'Show the hash of a key, and who holds it.',
  usage: USAGE,
  examples: ['hash user_1 name'],
  isLook: true,
  parse(words) {
    if (words.length !== 2) throw misuse(USAGE);
    return keyOf(words[0]!, words[1]!);
  },
  async run(ctx, { hashKey, sortKey }) {
    const { table } = ctx.session;
    const hash = keyHash(encodeKey(hashKey, sortKey));
    if (table === '') return { hash, table, config: undefined };
    const config = await listApp(ctx, table, (code) => `list app [${table}] failed, error=${code}\n`);
    return { hash, table, config };
  },
  print: (reply) => ({ out: printTable({ name: '', pairs: rows(reply) }) }),
  json: (reply) => Object.fromEntries(rows(reply)),
});

function rows({ hash, table, config }: Reply): (readonly [string, CellValue])[] {
  if (config === undefined) return [['key_hash', hash]];
  const pidx = Number(hash % BigInt(config.partition_count));
  const partition = config.partitions.find(({ pid }) => pid.partition_index === pidx);
  const members = partition && membersOf(partition);
  return [
    ['key_hash', hash],
    ['app_name', table],
    ['app_id', config.app_id],
    ['partition_count', config.partition_count],
    ['partition_index', pidx],
    ...(members === undefined
      ? []
      : ([
          ['primary', members.primary === '' ? 'invalid host_port' : members.primary],
          ['secondaries', members.secondaries.join(',')],
        ] as const)),
  ];
}
