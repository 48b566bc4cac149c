import { goJson } from '../../output/json.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';

export default grumbleCommand<void, ReadonlyMap<string, string>>({
  name: 'cluster-info',
  help: 'displays the overall cluster information',
  examples: ['cluster-info'],
  isLook: true,
  parse: () => undefined,
  async run({ meta }) {
    const { keys, values } = await answered('QueryClusterInfo', meta.clusterInfo({}));
    return new Map(keys.map((key, at) => [key, values[at] ?? '']));
  },
  print: (rows) => ({ out: goJson(rows) }),
});
