import { mirrored } from '../../mirrored.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';

export default mirrored<undefined, { level: string }>({
  dialect: 'cpp-shell',
  name: 'get_meta_level',
  summary: 'Show what the meta server may do of itself.',
  usage: 'get_meta_level',
  examples: ['get_meta_level'],
  isLook: true,
  parse: () => undefined,
  async run({ meta }) {
    const { old_level } = await orRefuse(callMeta(meta.controlMeta({ level: 'fl_invalid' })), ({ code }) => ({
      err: `get meta level got error ${code}\n`,
    }));
    return { level: old_level };
  },
  print: ({ level }) => ({ out: `current meta level is ${level}\n` }),
});
