import { green } from '../../../output/ansi.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { ConfigurationSetAtomicIdempotentResponse } from '../../../rpc/idl/table-settings.ts';
import type { AnyCommand } from '../../command.ts';
import { planToSetAtomicIdempotent } from '../../dry-run/table-change-plan.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { parseArgh } from '../shared/options.ts';

/** `enable_atomic_idempotent` and `disable_atomic_idempotent`. */
export function setAtomicIdempotent(verb: 'enable' | 'disable', summary: string): AnyCommand {
  const name = `${verb}_atomic_idempotent`;
  const usage = `${name} <app_name>`;
  const wanted = verb === 'enable';
  return mirrored<string, ConfigurationSetAtomicIdempotentResponse>({
    dialect: 'cpp-shell',
    name,
    summary,
    usage,
    examples: [`${name} temp`],
    parse: (words) => parseArgh(usage, words, { params: [], flags: [], positional: 1 }).positional[0]!,
    plan: (ctx, app_name) => planToSetAtomicIdempotent(ctx, app_name, wanted),
    run: ({ meta }, app_name) =>
      orRefuse(
        callSync(meta.setAtomicIdempotent({ app_name, atomic_idempotent: wanted })),
        ({ message }) => ({ err: errorLine(`set_atomic_idempotent failed, error=${message}`) }),
      ),
    print({ old_atomic_idempotent: old, hint_message: hint }) {
      const said = hint === '' ? 'succeed' : sanitize(hint);
      return { out: green(`set_atomic_idempotent from ${old} to ${wanted}: ${said}\n\n`) };
    },
  });
}
