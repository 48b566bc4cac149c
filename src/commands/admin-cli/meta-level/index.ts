import { goJson } from '../../../output/json.ts';
import type { MetaFunctionLevel } from '../../../rpc/idl/cluster.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';

export default grumbleCommand<void, { readonly meta_level: MetaFunctionLevel }>({
  name: 'meta-level',
  help: 'Get the current meta function level',
  isParent: true,
  examples: ['meta-level', 'meta-level set lively'],
  isLook: true,
  parse: () => undefined,
  async run({ meta }) {
    const { old_level } = await answered('MetaControl', meta.controlMeta({ level: 'fl_invalid' }));
    return { meta_level: old_level };
  },
  print: (reply) => ({ out: goJson(reply) }),
});
