import { MetaFunctionLevel } from '../../../rpc/idl/cluster.ts';
import { planToSetLevel } from '../../dry-run/level-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { enumNamed, refuseWords } from '../shared/options.ts';

const USAGE = 'set_meta_level <stopped|blind|freezed|steady|lively>';

export default mirrored<MetaFunctionLevel, { old_level: string }>({
  dialect: 'cpp-shell',
  name: 'set_meta_level',
  summary: 'Choose what the meta server may do of itself: cure partitions (steady), balance too (lively).',
  usage: USAGE,
  examples: ['set_meta_level lively'],
  parse([text]) {
    if (text === undefined) throw misuse(USAGE);
    const level = enumNamed<MetaFunctionLevel>(MetaFunctionLevel.numbers, 'fl_', text);
    if (level === undefined || level === 'fl_invalid') {
      throw refuseWords(USAGE, `parse ${text} as meta function level failed`);
    }
    return level;
  },
  plan: planToSetLevel,
  async run({ meta }, level) {
    const { old_level } = await orRefuse(callMeta(meta.controlMeta({ level })), ({ code }) => ({
      err: `control meta level got error ${code}\n`,
    }));
    return { old_level };
  },
  print: ({ old_level }) => ({ out: `control meta level ok, the old level is ${old_level}\n` }),
});
