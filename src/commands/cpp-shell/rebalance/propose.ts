import { ConfigType } from '../../../rpc/idl/configuration.ts';
import { isSet } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { type Gpid, gpidOf } from '../shared/gpid.ts';
import { nodeOf } from '../shared/node.ts';
import { enumNamed, parseGetopt, refuseWords } from '../shared/options.ts';
import { planToPropose, type Step, sendProposal } from '../shared/proposal.ts';

const USAGE =
  'propose [-f|--force] <-g|--gpid appid.pidx> <-p|--type ASSIGN_PRIMARY|ADD_SECONDARY|DOWNGRADE_TO_INACTIVE...> ' +
  '<-t|--target node_to_exec_command> <-n|--node node_to_be_affected>';

/** Upstream counts the words before it looks at them. */
const FEWEST_WORDS = 8;

interface Args extends Step {
  readonly gpid: Gpid;
  readonly force: boolean;
}

export default mirrored<Args, { err: string }>({
  dialect: 'cpp-shell',
  name: 'propose',
  summary: 'Have a server change its part in a partition.',
  usage: USAGE,
  examples: ['propose -g 2.0 -p DOWNGRADE_TO_INACTIVE -t localhost:34803 -n localhost:34801'],
  parse(words) {
    if (words.length < FEWEST_WORDS) throw misuse(USAGE);
    const options = parseGetopt(USAGE, words, {
      short: 'fg:p:t:n:',
      long: { f: 'force', g: 'gpid', p: 'type', t: 'target', n: 'node' },
    });
    let gpid: Gpid | undefined;
    let target: string | undefined;
    let node: string | undefined;
    let typeText = 'CT_';
    for (const { letter, value } of options.options) {
      if (letter === 'g') gpid = found(gpidOf(value), `parse ${value} as gpid failed`);
      if (letter === 'p') typeText += value;
      if (letter === 't') target = found(nodeOf(value), `parse ${value} as target_host_port failed`);
      if (letter !== 'n') continue;
      node = nodeOf(value);
      // Upstream asks for the target here.
      found(target, `parse ${value}  as node failed`);
    }
    return {
      target: found(target, 'need set target by -t'),
      node: found(node, 'need set node by -n'),
      gpid: found(gpid?.app_id === -1 ? undefined : gpid, 'need set gpid by -g'),
      type: found(typeNamed(typeText), `parse ${typeText} as config_type failed.\n`),
      force: isSet(options, 'f'),
    };
  },
  plan: (ctx, { gpid, force: _, ...step }) => planToPropose(ctx, gpid, [step]),
  async run(ctx, { gpid, force, ...step }) {
    const err = await sendProposal(ctx, gpid, [step], force);
    if (err !== 'ERR_OK') throw new Refusal(err, { err: answer(err) });
    return { err };
  },
  print: ({ err }) => ({ out: answer(err) }),
});

function answer(err: string): string {
  return `send proposal response: ${err}\n`;
}

function typeNamed(text: string): ConfigType | undefined {
  const type = enumNamed<ConfigType>(ConfigType.numbers, '', text);
  return type === 'CT_INVALID' ? undefined : type;
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw refuseWords(USAGE, otherwise);
  return value;
}
