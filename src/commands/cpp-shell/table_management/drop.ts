import { planToDrop } from '../../dry-run/table-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { callAndWait, orRefuse } from '../shared/meta-call.ts';
import { int, readOptions } from '../shared/read-options.ts';

const USAGE = 'drop <app_name> [-r|--reserve_seconds num]';

interface Args {
  readonly name: string;
  readonly reserveSeconds: number;
}

export default mirrored<Args, Args>({
  dialect: 'cpp-shell',
  name: 'drop',
  summary: 'Drop a table; its data is kept for a while.',
  usage: USAGE,
  examples: ['drop temp', 'drop temp -r 86400'],
  parse(argv) {
    const [name] = argv;
    if (name === undefined) throw misuse(USAGE);
    const { reserveSeconds = 0 } = readOptions(USAGE, argv, { reserveSeconds: int('r', 'reserve_seconds') });
    return { name, reserveSeconds };
  },
  confirm: ({ name }) => name,
  plan: (ctx, { name }) => planToDrop(ctx, name),
  async run({ meta }, args) {
    if (!isAppName(args.name)) {
      const err = invalidName('app_name', args.name) + failed(args.name, 'ERR_INVALID_PARAMETERS');
      throw new Refusal('ERR_INVALID_PARAMETERS', { out: announced(args.reserveSeconds), err, exitCode: 2 });
    }
    const options = { success_if_not_exist: true, reserve_seconds: args.reserveSeconds };
    const send = () => meta.dropApp({ app_name: args.name, options });
    await orRefuse(callAndWait(meta, 'RPC_CM_DROP_APP', send), (error) => ({
      out: announced(args.reserveSeconds),
      err: failed(args.name, error.code),
    }));
    return args;
  },
  print: ({ name, reserveSeconds }) => ({
    out: `${announced(reserveSeconds)}drop app ${name} succeed\n`,
  }),
  json: ({ name, reserveSeconds }) => ({ app_name: name, reserve_seconds: reserveSeconds }),
});

function announced(seconds: number): string {
  return `reserve_seconds = ${seconds}\n`;
}

function failed(name: string, code: string): string {
  return `drop app ${name} failed, error=${code}\n`;
}
