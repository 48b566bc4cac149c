import { sanitize } from '../../../output/sanitize.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import { planToSetReplicaCount } from '../../dry-run/table-change-plan.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { mirrored } from '../../mirrored.ts';
import { confirmUnsafe } from '../shared/confirm.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';

const USAGE = 'set_replica_count <app_name> <replica_count>';

interface Args {
  readonly name: string;
  /** The name as it is echoed. */
  readonly shown: string;
  readonly count: number;
}

interface Reply {
  readonly confirmed: boolean;
  readonly old_max_replica_count?: number;
  readonly hint_message?: string;
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'set_replica_count',
  summary: 'Change how many replicas each partition of a table is to have; asks before.',
  usage: USAGE,
  examples: ['set_replica_count temp 2'],
  parse([name, text]) {
    if (name === undefined || text === undefined) throw misuse(USAGE);
    const count = int32(text);
    if (count === undefined) throw misuse(USAGE, `parse '${text}' as replica count failed\n`);
    if (count < 1) throw misuse(USAGE, 'replica count should be >= 1\n');
    return { name, shown: escapeBytes(wordBytes(name)), count };
  },
  plan: (ctx, { name, count }) => planToSetReplicaCount(ctx, name, count),
  async run(ctx, { name, shown, count }) {
    const confirmed = await confirmUnsafe(ctx, `set the replica count of app(${shown}) to ${count}`);
    if (!confirmed) return { confirmed };
    const request = { app_name: name, max_replica_count: count };
    const { old_max_replica_count, hint_message } = await orRefuse(
      callSync(ctx.meta.setMaxReplicaCount(request)),
      ({ code, detail, message, answered }) => {
        const error = answered && detail !== '' ? `${code}, ${detail}` : message;
        return { err: `set replica count of app(${shown}) failed: ${error}\n` };
      },
    );
    return { confirmed, old_max_replica_count, hint_message };
  },
  print({ confirmed, old_max_replica_count, hint_message = '' }, { shown, count }) {
    if (!confirmed) return {};
    const said = hint_message === '' ? 'success' : sanitize(hint_message);
    return {
      out: `set replica count of app(${shown}) from ${old_max_replica_count} to ${count}: ${said}\n`,
    };
  },
});
