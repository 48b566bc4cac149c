import { ClusterError } from '../../../errors.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';

const USAGE = 'cc [cluster_name]';

interface Reply {
  readonly cluster_name: string;
  readonly meta_list: string;
}

export default mirrored<string, Reply>({
  dialect: 'cpp-shell',
  name: 'cc',
  summary: 'Address another cluster from here on.',
  usage: USAGE,
  examples: ['cc onebox2'],
  isHarmless: true,
  parse(argv) {
    const [name = ''] = argv;
    if (argv.length !== 1 || name === '') throw misuse(USAGE);
    return name;
  },
  async run(ctx, name) {
    const { keys, values } = await ctx
      .cluster(name)
      .meta.clusterInfo({})
      .catch((error: unknown) => {
        if (!(error instanceof ClusterError)) throw error;
        throw new Refusal(error.code, { err: `ERROR: ${error.message}\n` }, error.hint);
      });
    ctx.session.cluster = name;
    const told = (key: string) => values[keys.indexOf(key)] ?? '';
    return { cluster_name: told('cluster_name') || name, meta_list: told('meta_servers') };
  },
  print: ({ cluster_name, meta_list }) => ({
    out: `The cluster name is: ${cluster_name}\nThe cluster meta list is: ${meta_list}\n`,
  }),
});
