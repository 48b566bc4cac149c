import { goJson } from '../../../output/json.ts';
import type { DuplicationEntry } from '../../../rpc/idl/duplication.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

export default grumbleCommand<void, readonly DuplicationEntry[]>({
  name: 'duplication list',
  aliases: ['duplication ls', 'dup list', 'dup ls'],
  help: 'list the duplications binding to the table',
  examples: ['dup list'],
  isLook: true,
  needsTable: true,
  parse: () => undefined,
  async run({ meta, session }) {
    const reply = await answered('QueryDuplication', meta.queryDuplication({ app_name: session.table }));
    return reply.entry_list;
  },
  print: (entries) => ({ out: goJson(entries.map(fields)) }),
});

/** The fields that admin-cli's client of 2022 knows, in its order; an empty progress is left out. */
function fields({ dupid, status, remote, create_ts, progress, fail_mode }: DuplicationEntry): unknown {
  return {
    dupid,
    status,
    remote,
    create_ts,
    progress: progress?.size === 0 ? undefined : progress,
    fail_mode,
  };
}
