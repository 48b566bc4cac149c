import type { DddPartitionInfo } from '../../../rpc/idl/configuration.ts';
import type { Context } from '../../command.ts';
import { mirrored } from '../../mirrored.ts';
import type { OutputFile } from '../../shell.ts';
import { type Gpid, gpidOf, gpidText } from '../shared/gpid.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { openOutput } from '../shared/output-file.ts';
import { sendProposal } from '../shared/proposal.ts';
import { flag, outputFile, readOptions, valued } from '../shared/read-options.ts';
import { askForPrimary } from './ddd-dialogue.ts';
import { planToProposePrimaries } from './ddd-plan.ts';
import { adviceText, findingText, recommendedPrimary } from './ddd-report.ts';

const USAGE =
  'ddd_diagnose [-g|--gpid appid|appid.pidx] [-d|--diagnose] [-a|--auto_diagnose] [-s|--skip_prompt] ' +
  '[-o|--output file_name]';

const ALL: Gpid = { app_id: -1, partition_index: -1 };

const OPTIONS = {
  gpid: valued('g', 'gpid', (word, refuse): Gpid => {
    const appId = /^\s*([+-]?\d+)/.exec(word)?.[1];
    const range = gpidOf(word) ?? (appId === undefined ? undefined : { ...ALL, app_id: Number(appId) });
    if (range === undefined) throw refuse(`ERROR: invalid gpid ${word}`);
    return range;
  }),
  diagnose: flag('d', 'diagnose'),
  auto: flag('a', 'auto_diagnose'),
  skipPrompt: flag('s', 'skip_prompt'),
  output: outputFile(),
};

interface Args {
  readonly gpid: Gpid;
  readonly diagnose: boolean;
  readonly auto: boolean;
  readonly skipPrompt: boolean;
  readonly output: string | undefined;
}

interface Finding {
  readonly gpid: string;
  readonly reason: string;
  /** Who was proposed as primary, and the answer. */
  readonly proposed?: { readonly primary: string; readonly response: string };
}

interface Reply {
  readonly findings: readonly Finding[];
  /** What is not shown yet. */
  readonly text: string;
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'ddd_diagnose',
  summary: 'Show the partitions that lost all their replicas, and propose primaries for them.',
  usage: USAGE,
  examples: ['ddd_diagnose', 'ddd_diagnose -g 2.0 -d -a'],
  parse(words) {
    const { gpid = ALL, ...options } = readOptions(USAGE, words, OPTIONS);
    return { gpid, ...options };
  },
  isLook: ({ diagnose }) => !diagnose,
  plan: async (ctx, args) => planToProposePrimaries(ctx, await lost(ctx, args)),
  async run(ctx, args) {
    const file = await openOutput(ctx, args.output);
    return diagnose(ctx, args, file).finally(() => file?.close());
  },
  print: ({ text }, { output }) => ({ out: `${output === undefined ? text : ''}Diagnose ddd done.\n` }),
  json: ({ findings }) => findings,
});

async function diagnose(ctx: Context, args: Args, file: OutputFile | undefined): Promise<Reply> {
  const partitions = await lost(ctx, args);
  const told = new Told(ctx, args.output);
  told.text += `Total ${partitions.length} ddd partitions:\n\n`;
  const findings: Finding[] = [];
  let proposals = 0;
  for (const info of partitions) {
    told.text += findingText(info, findings.length + 1);
    const finding = await treated(ctx, args, info, told);
    findings.push(finding);
    proposals += Number(finding.proposed !== undefined);
    told.text += `\nProposed count: ${proposals}/${partitions.length}\n\n`;
  }
  await file?.write(told.text);
  return { findings, text: told.text };
}

/** @throws Refusal */
async function lost({ meta }: Context, { gpid }: Args): Promise<readonly DddPartitionInfo[]> {
  const asked = callMeta(meta.diagnoseDdd({ pid: { ...gpid } }));
  const { partitions } = await orRefuse(asked, ({ code }) => ({
    err: `ERROR: DDD diagnose failed with err = ${code}\n`,
  }));
  return partitions;
}

/** What is told, and not shown yet. */
class Told {
  text = '';
  readonly #ctx: Context;
  readonly #output: string | undefined;

  constructor(ctx: Context, output: string | undefined) {
    this.#ctx = ctx;
    this.#output = output;
  }

  /** Shows it before something is asked, unless it goes into a file or is not for people. */
  show(): void {
    if (this.#output !== undefined || this.#ctx.json) return;
    this.#ctx.terminal.stdout.write(this.text);
    this.text = '';
  }
}

/** With `-d` a primary is proposed where one is recommended or chosen. */
async function treated(ctx: Context, args: Args, info: DddPartitionInfo, told: Told): Promise<Finding> {
  const finding = { gpid: gpidText(info.config.pid), reason: info.reason };
  if (!args.diagnose) return finding;
  const primary = await primaryFor(ctx, args, info, told);
  const proposed = primary === undefined ? undefined : await propose(ctx, info, primary);
  told.text += proposalText(finding.gpid, proposed);
  return proposed === undefined ? finding : { ...finding, proposed };
}

async function primaryFor(
  ctx: Context,
  { auto, skipPrompt }: Args,
  info: DddPartitionInfo,
  told: Told,
): Promise<string | undefined> {
  const recommended = recommendedPrimary(info);
  told.text += adviceText(info, recommended);
  if (skipPrompt || (auto && recommended !== undefined)) return recommended;
  told.show();
  return askForPrimary(ctx, recommended);
}

async function propose(ctx: Context, { config }: DddPartitionInfo, primary: string) {
  const step = { target: primary, node: primary, type: 'CT_ASSIGN_PRIMARY' } as const;
  return { primary, response: await sendProposal(ctx, config.pid, [step], false) };
}

function proposalText(gpid: string, proposed: Finding['proposed']): string {
  if (proposed === undefined) return '    propose_request: none\n';
  const { primary, response } = proposed;
  return (
    `    propose_request: propose -g ${gpid} -p ASSIGN_PRIMARY -t ${primary} -n ${primary}\n` +
    `    propose_response: ${response}\n`
  );
}
