import type { UsageError } from '../../../errors.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { type Gpid, gpidOf } from '../shared/gpid.ts';
import { nodeOf } from '../shared/node.ts';
import { planToPropose, type Step, sendProposal } from '../shared/proposal.ts';
import { readOptions, text, valued } from '../shared/read-options.ts';

const USAGE =
  'balance <-g|--gpid appid.pidx> <-p|--type move_pri|copy_pri|copy_sec> <-f|--from from_address> <-t|--to to_address>';

/** Upstream counts the words before it looks at them. */
const FEWEST_WORDS = 8;

const OPTIONS = {
  gpid: valued('g', 'gpid', (word) => found(gpidOf(word), `parse ${word} as gpid failed`)),
  type: text('p', 'type'),
  from: valued('f', 'from', (word) => found(nodeOf(word), `parse ${word} as from_host_port failed`)),
  to: valued('t', 'to', (word) => found(nodeOf(word), `parse ${word} as target_address failed`)),
};

interface Args {
  readonly gpid: Gpid;
  readonly steps: readonly Step[];
}

export default mirrored<Args, { err: string }>({
  dialect: 'cpp-shell',
  name: 'balance',
  summary: 'Move a primary or a replica of a partition to another server.',
  usage: USAGE,
  examples: ['balance -g 2.1 -p move_pri -f localhost:34802 -t localhost:34803'],
  parse(words) {
    if (words.length < FEWEST_WORDS) throw misuse(USAGE);
    const { gpid, type = '', from, to } = readOptions(USAGE, words, OPTIONS);
    const stepsOf = found(
      Object.hasOwn(MOVES, type) ? MOVES[type as keyof typeof MOVES] : undefined,
      `parse ${type} as a balance type failed`,
    );
    return {
      steps: stepsOf(found(from, 'need set from address by -f'), found(to, 'need set target address by -t')),
      gpid: found(gpid?.app_id === -1 ? undefined : gpid, 'need set the gpid by -g'),
    };
  },
  plan: (ctx, { gpid, steps }) => planToPropose(ctx, gpid, steps),
  async run(ctx, { gpid, steps }) {
    const err = await sendProposal(ctx, gpid, steps, false);
    if (err !== 'ERR_OK') throw new Refusal(err, { err: answer(err) });
    return { err };
  },
  print: ({ err }) => ({ out: answer(err) }),
});

function answer(err: string): string {
  return `send balance proposal result: ${err}\n`;
}

/** What each kind of move consists of (`rebalance.cpp`). */
const MOVES = {
  move_pri: (from: string, to: string): Step[] => [
    { target: from, node: from, type: 'CT_DOWNGRADE_TO_SECONDARY' },
    { target: to, node: to, type: 'CT_UPGRADE_TO_PRIMARY' },
  ],
  copy_pri: (from: string, to: string): Step[] => [
    { target: from, node: to, type: 'CT_ADD_SECONDARY_FOR_LB' },
    { target: from, node: from, type: 'CT_DOWNGRADE_TO_SECONDARY' },
    { target: to, node: to, type: 'CT_UPGRADE_TO_PRIMARY' },
  ],
  copy_sec: (from: string, to: string): Step[] => [
    { target: '', node: to, type: 'CT_ADD_SECONDARY_FOR_LB' },
    { target: '', node: from, type: 'CT_DOWNGRADE_TO_INACTIVE' },
  ],
};

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw refusal(otherwise);
  return value;
}

function refusal(text: string): UsageError {
  return misuse(USAGE, `${text}\n`);
}
