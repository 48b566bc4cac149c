import { UsageError } from '../../../errors.ts';
import type { RealCluster } from '../../../rpc/idl/control.ts';
import { readMetaList } from '../../../rpc/idl/meta-list.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';

interface Args {
  readonly name: string;
  readonly metas: string[];
}

export default own<Args, RealCluster>({
  name: 'cluster add',
  summary: 'Remember a real cluster by name: `cluster use NAME` and `-C NAME` reach it then.',
  usage: 'cluster add NAME --meta HOST:PORT[,HOST:PORT]…',
  examples: ['pegsh cluster add prod --meta 10.0.0.1:34601,10.0.0.2:34601'],
  parse(argv) {
    const typed = readOwn(argv, { command: 'cluster add', words: ['NAME'], values: ['meta'] });
    const list = typed.value('meta');
    if (list === undefined)
      throw new UsageError(
        'cluster add needs --meta HOST:PORT[,HOST:PORT]…: the addresses of its meta servers',
        'cluster create makes a simulated cluster',
      );
    return { name: typed.words[0] as string, metas: readMetaList(list) };
  },
  run: (ctx, args) => ctx.control.addRealCluster(args),
  print: ({ name, metas }) => ({ out: `cluster ${name} is reached at ${metas.join(',')}\n` }),
});
