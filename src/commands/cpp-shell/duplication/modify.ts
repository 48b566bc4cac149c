import { green } from '../../../output/ansi.ts';
import type {
  DuplicationModifyRequest,
  DuplicationModifyResponse,
  DuplicationStatus,
} from '../../../rpc/idl/duplication.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { planToSetDuplicationStatus } from '../../dry-run/duplication-plan.ts';
import { int32 } from '../../grammar/numbers.ts';
import { errorLine, misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { refuseWords } from '../shared/options.ts';

/** `succeed` in green, or in red why not; all commands that modify a duplication say it so. */
export async function modify(
  { meta }: Context,
  operation: string,
  request: DuplicationModifyRequest,
): Promise<DuplicationModifyResponse> {
  return orRefuse(callSync(meta.modifyDuplication(request)), (error) => {
    const hint = error.code === 'ERR_OBJECT_NOT_FOUND' ? ' [duplication not found]' : '';
    return { err: errorLine(`${operation} failed, error=${error.message}${hint}`) };
  });
}

export function succeeded(operation: string): string {
  return green(`${operation} succeed\n`);
}

interface Args {
  readonly app: string;
  readonly dupid: number;
}

interface StatusCommand {
  readonly name: string;
  readonly status: DuplicationStatus;
  /** As in `pausing duplication(1) for app temp`. */
  readonly doing: string;
  readonly summary: string;
}

/** `start_dup`, `pause_dup`, `remove_dup`. */
export function statusCommand({ name, status, doing, summary }: StatusCommand): AnyCommand {
  const usage = `${name} <app_name> <dup_id>`;
  const operation = ({ app, dupid }: Args) => `${doing} duplication(${dupid}) for app ${app}`;
  return mirrored<Args, DuplicationModifyResponse>({
    dialect: 'cpp-shell',
    name,
    summary,
    usage,
    examples: [`${name} temp 1700000000`],
    parse(argv) {
      const [app, id] = argv;
      if (app === undefined || id === undefined) throw misuse(usage);
      const dupid = int32(id);
      if (dupid === undefined) throw refuseWords(usage, `parsing ${id} as positive int failed`);
      return { app, dupid };
    },
    ...(status === 'DS_REMOVED' && { confirm: ({ app }: Args) => app }),
    plan: (ctx, { app, dupid }) => planToSetDuplicationStatus(ctx, app, dupid, status),
    run: (ctx, args) => modify(ctx, operation(args), { app_name: args.app, dupid: args.dupid, status }),
    print: (_, args) => ({ out: succeeded(operation(args)) }),
  });
}
