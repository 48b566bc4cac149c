import { UsageError } from '../../../errors.ts';
import type { DuplicationAddResponse } from '../../../rpc/idl/duplication.ts';
import { planToAddDuplication } from '../../dry-run/duplication-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

interface Args {
  readonly cluster: string;
  readonly checkpoint: boolean;
}

export default grumbleCommand<Args, DuplicationAddResponse>({
  name: 'duplication add',
  aliases: ['dup add'],
  help: 'add a duplications to the table',
  flags: [
    {
      long: 'cluster',
      short: 'c',
      type: 'string',
      help: 'the destination where the source data is duplicated',
      default: '',
    },
    {
      long: 'checkpoint',
      short: 'p',
      type: 'bool',
      help: 'whether to duplicate checkpoint when duplication created',
      default: false,
    },
  ],
  examples: ['dup add -c onebox2 -p'],
  needsTable: true,
  parse({ flags }) {
    const cluster = String(flags.get('cluster'));
    if (cluster === '') throw new UsageError('cluster cannot be empty');
    return { cluster, checkpoint: flags.get('checkpoint') === true };
  },
  plan: (ctx, { cluster, checkpoint }) => {
    const { table } = ctx.session;
    return planToAddDuplication(ctx, {
      table,
      remote: cluster,
      remoteTable: table,
      remoteReplicas: 0,
      isFull: checkpoint,
    });
  },
  run({ meta, session }, { cluster, checkpoint }) {
    const request = {
      app_name: session.table,
      remote_cluster_name: cluster,
      is_duplicating_checkpoint: checkpoint,
    };
    return answered('AddDuplication', meta.addDuplication(request));
  },
  print: ({ dupid }) => ({ out: `successfully add duplication [dupid: ${dupid}]\n` }),
});
