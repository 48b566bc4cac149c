import { UsageError } from '../../../errors.ts';
import { MetaFunctionLevel } from '../../../rpc/idl/cluster.ts';
import { planToSetLevel } from '../../dry-run/level-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

interface Reply {
  readonly old_level: MetaFunctionLevel;
  readonly level: MetaFunctionLevel;
}

const LONG_HELP = `Reset the rebalancing level of the cluster.

The possible rebalancing levels include "lively", "steady", "blind", "freezed", "stopped".
The default level of cluster is "steady", which indicates that no automatic rebalancing will be performed.
Setting to "lively" can enable auto-rebalancing.

Documentation:
  https://pegasus.apache.org/administration/rebalance`;

export default grumbleCommand<MetaFunctionLevel, Reply>({
  name: 'meta-level set',
  help: 'reset the meta function level',
  longHelp: LONG_HELP,
  usage: 'meta-level set <LEVEL>',
  args: [{ name: 'level', help: 'the MetaServer rebalancing level' }],
  examples: ['meta-level set lively'],
  parse({ args: [word = ''] }) {
    const wanted = `fl_${word.toLowerCase()}`;
    const levels = Object.keys(MetaFunctionLevel.numbers) as MetaFunctionLevel[];
    const level = levels.find((one) => one === wanted);
    if (level === undefined) throw new UsageError('not a valid MetaFunctionLevel string');
    return level;
  },
  plan: planToSetLevel,
  async run({ meta }, level) {
    const { old_level } = await answered('MetaControl', meta.controlMeta({ level }));
    return { old_level, level };
  },
  print: ({ old_level, level }) => ({
    out: `Successfully update meta function level from "${old_level}" to "${level}"\n`,
  }),
});
