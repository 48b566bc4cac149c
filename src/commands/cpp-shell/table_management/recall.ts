import { planToRecall } from '../../dry-run/table-change-plan.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { callAndWait, orRefuse } from '../shared/meta-call.ts';
import { waitUntilReady } from '../shared/wait-ready.ts';

const USAGE = 'recall <app_id> [new_app_name]';

interface Args {
  readonly id: number;
  readonly newName: string;
}

interface Reply {
  readonly app_id: number;
  readonly app_name: string;
  readonly partition_count: number;
  readonly waiting: readonly string[];
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'recall',
  summary: 'Bring back a dropped table, under its name or another.',
  usage: USAGE,
  examples: ['recall 2', 'recall 2 temp_again'],
  parse([id, newName = '']) {
    if (id === undefined) throw misuse(USAGE);
    const number = int32(id);
    if (number === undefined) throw misuse(USAGE, `ERROR: parse ${id} as id failed\n`);
    return { id: number, newName };
  },
  plan: (ctx, { id, newName }) => planToRecall(ctx, id, newName),
  async run(ctx, { id, newName }) {
    if (newName !== '' && !isAppName(newName)) {
      const err = invalidName('new_app_name', newName) + failed(id, 'ERR_INVALID_PARAMETERS');
      throw new Refusal('ERR_INVALID_PARAMETERS', { err, exitCode: 2 });
    }
    const send = () => ctx.meta.recallApp({ app_id: id, new_app_name: newName });
    const { info } = await orRefuse(callAndWait(ctx.meta, 'RPC_CM_RECALL_APP', send), (error) => ({
      err: failed(id, error.code),
    }));
    const { app_name, partition_count, max_replica_count } = info;
    const ready = await waitUntilReady(ctx, app_name, partition_count, max_replica_count);
    const reply = { app_id: id, app_name, partition_count, waiting: ready.lines };
    if (ready.failure === undefined) return { ...reply, waiting: ready.lines.slice(0, -1) };
    const { code, told } = ready.failure;
    throw new Refusal(code, { out: recalled(reply), err: told + failed(id, code) });
  },
  print: (reply) => ({ out: `${recalled(reply)}recall app ${reply.app_id} succeed\n` }),
  json: ({ app_id, app_name, partition_count }) => ({ app_id, app_name, partition_count }),
});

function recalled({ app_id, app_name, partition_count, waiting }: Reply): string {
  const head = `recall app ok, id(${app_id}), name(${app_name}), partition_count(${partition_count}), wait it ready\n`;
  return head + waiting.join('');
}

function failed(id: number, code: string): string {
  return `recall app ${id} failed, error=${code}\n`;
}
