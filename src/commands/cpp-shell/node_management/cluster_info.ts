import { printTable } from '../../../output/table-printer.ts';
import { mirrored } from '../../mirrored.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { addressOf } from '../shared/node.ts';
import { saveTo } from '../shared/output-file.ts';
import { flag, outputFile, readOptions, type Typed } from '../shared/read-options.ts';

const USAGE = 'cluster_info [-r|--resolve_ip] [-o|--output file_name] [-j|--json]';

const OPTIONS = {
  resolveIp: flag('r', 'resolve_ip'),
  json: flag('j', 'json'),
  output: outputFile(),
};

type Args = Typed<typeof OPTIONS>;

type Pairs = readonly (readonly [key: string, value: string])[];

export default mirrored<Args, Pairs>({
  dialect: 'cpp-shell',
  name: 'cluster_info',
  summary: 'Show the meta servers and the state of the cluster.',
  usage: USAGE,
  examples: ['cluster_info', 'cluster_info -j'],
  isLook: true,
  parse: (argv) => readOptions(USAGE, argv, OPTIONS),
  async run(ctx, args) {
    const reply = await orRefuse(callMeta(ctx.meta.clusterInfo({})), (error) => ({
      err: `get cluster info failed, error=${error.code}\n`,
    }));
    const pairs = reply.keys.map((key, at) => [key, reply.values[at] ?? ''] as const);
    const shown = args.resolveIp ? await Promise.all(pairs.map(resolved)) : pairs;
    await saveTo(ctx, args.output, () => render(shown, args));
    return shown;
  },
  print: (pairs, args) => (args.output === undefined ? { out: render(pairs, args) } : {}),
  json: (pairs) => Object.fromEntries(pairs),
});

function render(pairs: Pairs, { json }: Args): string {
  return printTable({ name: 'cluster_info', pairs }, json);
}

const SERVERS = ['meta_servers', 'primary_meta_server'];

/** A server whose name means nothing here is shown as it is. */
async function resolved([key, value]: Pairs[number]): Promise<Pairs[number]> {
  if (!SERVERS.includes(key)) return [key, value];
  const shown = value.split(',').map(async (server) => (await addressOf(server)) ?? server);
  return [key, (await Promise.all(shown)).join(',')];
}
