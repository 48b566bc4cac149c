import { UsageError } from '../../../errors.ts';
import { MetaFunctionLevel } from '../../../rpc/idl/cluster.ts';
import { planToSetLevel } from '../../dry-run/level-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { type LevelChange, levelText, setLevel } from '../shared/meta-level.ts';

const LONG_HELP = `Reset the rebalancing level of the cluster.

The possible rebalancing levels include "lively", "steady", "blind", "freezed", "stopped".
The default level of cluster is "steady", which indicates that no automatic rebalancing will be performed.
Setting to "lively" can enable auto-rebalancing.

Documentation:
  https://pegasus.apache.org/administration/rebalance`;

export default grumbleCommand<MetaFunctionLevel, LevelChange>({
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
  run: setLevel,
  print: (change) => ({ out: levelText(change) }),
});
