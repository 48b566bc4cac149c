import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { DuplicationStatus } from '../../../rpc/idl/duplication.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { planToSetDuplicationStatus } from '../../dry-run/duplication-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

interface Modified {
  readonly table: string;
  readonly dupid: number;
  readonly status: DuplicationStatus;
}

/** `pause`, `start` and `remove` differ in their words and in the status that they ask for. */
export function modifyCommand(
  verb: string,
  otherVerbs: readonly string[],
  help: string,
  status: DuplicationStatus,
): AnyCommand {
  const others = otherVerbs.flatMap((other) => [`duplication ${other}`, `dup ${other}`]);
  return grumbleCommand<number, Modified>({
    name: `duplication ${verb}`,
    aliases: [`dup ${verb}`, ...others],
    help,
    flags: [{ long: 'dupid', short: 'd', type: 'int', help: 'the dupid', default: -1 }],
    examples: [`dup ${verb} -d 1700000000`],
    needsTable: true,
    parse({ flags }) {
      const dupid = Number(flags.get('dupid'));
      if (dupid === -1) throw new UsageError('dupid cannot be empty');
      return dupid;
    },
    ...(status === 'DS_REMOVED' && { confirm: (_: number, { session }: Context) => session.table }),
    plan: (ctx, dupid) => planToSetDuplicationStatus(ctx, ctx.session.table, dupid, status),
    async run({ meta, session }, dupid) {
      const request = { app_name: session.table, dupid, status };
      await answered('ModifyDuplication', meta.modifyDuplication(request));
      return { table: session.table, dupid, status };
    },
    print: ({ table, dupid }) => ({ out: `${status} table "${sanitize(table)}" done [dupid: ${dupid}]\n` }),
  });
}
