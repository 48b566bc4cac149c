import type { DuplicationModifyResponse } from '../../../rpc/idl/duplication.ts';
import { planToSetFailMode } from '../../dry-run/duplication-plan.ts';
import { argh } from '../../grammar/argh.ts';
import { int32 } from '../../grammar/numbers.ts';
import { mirrored } from '../../mirrored.ts';
import { refuseWords } from '../shared/options.ts';
import { modify, succeeded } from './modify.ts';

const USAGE = 'set_dup_fail_mode <app_name> <dup_id> <slow|skip>';

const FAIL_MODES = { slow: 'FAIL_SLOW', skip: 'FAIL_SKIP' } as const;

interface Args {
  readonly app: string;
  readonly dupid: number;
  readonly mode: 'slow' | 'skip';
}

export default mirrored<Args, DuplicationModifyResponse>({
  dialect: 'cpp-shell',
  name: 'set_dup_fail_mode',
  summary:
    'Choose what a duplication does with a write that fails: retry for ever (slow) or leave it out (skip).',
  usage: USAGE,
  examples: ['set_dup_fail_mode temp 1700000000 skip'],
  parse(argv) {
    const { positional } = argh(argv, { valuesByEqualsOnly: true });
    if (positional.length > 3) throw refuseWords(USAGE, 'too many params');
    const [app = '', id = '', mode = ''] = positional;
    const dupid = int32(id);
    if (dupid === undefined) throw refuseWords(USAGE, `invalid dup_id ${id}`);
    if (mode !== 'slow' && mode !== 'skip') {
      throw refuseWords(USAGE, `fail_mode must be "slow" or  "skip": ${mode}`);
    }
    return { app, dupid, mode };
  },
  plan: (ctx, { app, dupid, mode }) => planToSetFailMode(ctx, app, dupid, FAIL_MODES[mode]),
  run: (ctx, args) =>
    modify(ctx, operation(args), {
      app_name: args.app,
      dupid: args.dupid,
      fail_mode: FAIL_MODES[args.mode],
    }),
  print: (_, args) => ({ out: succeeded(operation(args)) }),
});

function operation({ app, dupid, mode }: Args): string {
  return `set duplication(${dupid}) fail_mode (${mode}) for app ${app}`;
}
