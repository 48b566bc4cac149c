import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context } from '../../command.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import type { OutputFile, Shell } from '../../shell.ts';
import { splitArgs } from '../shared/kv-map.ts';
import { addressOf, nodeOf } from '../shared/node.ts';
import { openOutput } from '../shared/output-file.ts';
import { flag, int, outputFile, readOptions, text } from '../shared/read-options.ts';
import { planToRecover } from './recover-plan.ts';

const USAGE =
  'recover [-f|--node_list_file file_name] [-s|--node_list_str str] [-w|--wait_seconds num] ' +
  '[-b|--skip_bad_nodes] [-l|--skip_lost_partitions] [-o|--output file_name]';

const OPTIONS = {
  file: text('f', 'node_list_file'),
  names: text('s', 'node_list_str'),
  waitSeconds: int('w', 'wait_seconds'),
  skipBadNodes: flag('b', 'skip_bad_nodes'),
  skipLostPartitions: flag('l', 'skip_lost_partitions'),
  output: outputFile(),
};

interface Args {
  readonly named: Named;
  readonly waitSeconds: number;
  readonly skipBadNodes: boolean;
  readonly skipLostPartitions: boolean;
  readonly output: string | undefined;
}

/** The servers to ask: a file of them, or themselves. */
type Named = { readonly file: string } | { readonly nodes: readonly string[] };

interface Reply {
  readonly nodes: readonly string[];
  readonly err: string;
  readonly hint_message: string;
  /** Nobody answered: for how long that was waited for. */
  readonly unansweredSeconds?: number;
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'recover',
  summary: 'Have a meta server that lost its state collect it from the replica servers.',
  usage: USAGE,
  examples: ['recover -s localhost:34801,localhost:34802,localhost:34803'],
  parse(words) {
    const { file = '', names = '', waitSeconds = 100, ...options } = readOptions(USAGE, words, OPTIONS);
    if (waitSeconds <= 0) {
      throw misuse(USAGE, `invalid wait_seconds ${waitSeconds}, should be positive number\n`);
    }
    return { named: namedBy(file, names), waitSeconds, ...options };
  },
  plan: async (ctx, { named, skipBadNodes }) =>
    planToRecover(ctx, [...new Set(await nodesOf(ctx.shell, named))], skipBadNodes),
  async run(ctx, args) {
    const nodes = await nodesOf(ctx.shell, args.named);
    const file = await openOutput(ctx, args.output);
    const reply = await recovered(ctx, nodes, args, file).finally(() => file?.close());
    if (reply.err !== 'ERR_OK')
      throw new Refusal(reply.err, shown(reply, args), reply.hint_message || undefined);
    return reply;
  },
  print: shown,
  json: ({ err, hint_message }) => ({ err, hint_message }),
});

async function recovered(
  ctx: Context,
  nodes: readonly string[],
  args: Args,
  file: OutputFile | undefined,
): Promise<Reply> {
  const asked = [...new Set(nodes)];
  const addresses = await Promise.all(asked.map(async (node) => (await addressOf(node)) ?? ''));
  const request = {
    recovery_nodes: addresses,
    hp_recovery_nodes: asked,
    skip_bad_nodes: args.skipBadNodes,
    skip_lost_partitions: args.skipLostPartitions,
  };
  const answer = await ctx.meta
    .startRecovery(request, args.waitSeconds * 1000)
    .catch((error: unknown): Omit<Reply, 'nodes'> => {
      if (!(error instanceof RpcError)) throw error;
      const unansweredSeconds = error.code === 'ERR_TIMEOUT' ? args.waitSeconds : 0;
      return { err: 'ERR_TIMEOUT', hint_message: '', unansweredSeconds };
    });
  const reply = { nodes, ...answer };
  await file?.write(report(reply, args));
  return reply;
}

function shown(reply: Reply, args: Args) {
  if (args.output !== undefined) return { out: `recover complete with err = ${reply.err}\n` };
  return { out: report(reply, args) };
}

function report({ nodes, err, hint_message, unansweredSeconds }: Reply, args: Args): string {
  const repeated = nodes.filter((node, at) => nodes.indexOf(node) !== at);
  const rule = '=============================';
  const lines = [
    ...repeated.map((node) => `duplicate replica node ${node}, just ingore it`),
    `Wait seconds: ${args.waitSeconds}`,
    `Skip bad nodes: ${args.skipBadNodes}`,
    `Skip lost partitions: ${args.skipLostPartitions}`,
    'Node list:',
    rule,
    ...new Set(nodes),
    rule,
  ];
  if (unansweredSeconds !== undefined) {
    for (let second = 0; second < unansweredSeconds; second++)
      lines.push(`Wait recovery for ${second} seconds`);
    lines.push('Wait recovery failed, administrator should check the meta for progress');
  } else {
    lines.push(`Recover result: ${err}`);
  }
  const hint = hint_message === '' ? '' : `${rule}\n${sanitize(hint_message)}${rule}\n`;
  return `${lines.join('\n')}\n${hint}`;
}

/** Of the file and the text there must be one. */
function namedBy(file: string, text: string): Named {
  if (file === '' && text === '') throw misuse(USAGE, 'should specify one of node_list_file/node_list_str\n');
  if (file !== '' && text !== '')
    throw misuse(USAGE, 'should only specify one of node_list_file/node_list_str\n');
  return text === '' ? { file } : { nodes: nodesOfText(text) };
}

async function nodesOf(shell: Shell, named: Named): Promise<readonly string[]> {
  return 'nodes' in named ? named.nodes : nodesOfFile(shell, named.file);
}

function nodesOfText(text: string): string[] {
  const tokens = splitArgs(text, ',');
  if (tokens.length === 0) throw new UsageError("can't parse node from node_list_str\n");
  return tokens.map((token) => nodeOf(token) ?? refuse(`parse ${token} as a host:port node failed\n`));
}

async function nodesOfFile(shell: Shell, file: string): Promise<readonly string[]> {
  const nodes = (await linesOf(shell, file)).flatMap((line, at) => {
    const name = line.trim();
    if (name === '' || name.startsWith('#') || name.startsWith(';')) return [];
    return nodeOf(name) ?? refuse(`parse ${name} at file ${file} line ${at + 1} as host:port failed\n`);
  });
  return nodes.length > 0 ? nodes : refuse(`no node specified in file ${file}\n`);
}

async function linesOf(shell: Shell, file: string): Promise<string[]> {
  try {
    return Buffer.from(await shell.readFile(file))
      .toString('utf8')
      .split('\n');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(`open file ${file} failed\n`);
  }
}

function refuse(text: string): never {
  throw new UsageError(text);
}
