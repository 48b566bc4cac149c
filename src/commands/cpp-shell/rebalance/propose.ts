import { ConfigType } from '../../../rpc/idl/configuration.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { type Gpid, gpidOf } from '../shared/gpid.ts';
import { nodeOf } from '../shared/node.ts';
import { enumNamed, refuseWords } from '../shared/options.ts';
import { planToPropose, type Step, sendProposal } from '../shared/proposal.ts';
import { flag, readOptions, valued } from '../shared/read-options.ts';

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
    // What upstream has come to: each -p adds to the type, -n asks for the target.
    const come = { type: 'CT_', hasTarget: false };
    const { gpid, target, node, force } = readOptions(USAGE, words, {
      force: flag('f', 'force'),
      gpid: valued('g', 'gpid', (word) => found(gpidOf(word), `parse ${word} as gpid failed`)),
      type: valued('p', 'type', (word) => {
        come.type += word;
      }),
      target: valued('t', 'target', (word) => {
        come.hasTarget = true;
        return found(nodeOf(word), `parse ${word} as target_host_port failed`);
      }),
      node: valued('n', 'node', (word) => {
        found(come.hasTarget || undefined, `parse ${word}  as node failed`);
        return nodeOf(word);
      }),
    });
    return {
      target: found(target, 'need set target by -t'),
      node: found(node, 'need set node by -n'),
      gpid: found(gpid?.app_id === -1 ? undefined : gpid, 'need set gpid by -g'),
      type: found(typeNamed(come.type), `parse ${come.type} as config_type failed.\n`),
      force,
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
