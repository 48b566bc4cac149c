import type { ClusterState } from '../../../rpc/idl/control.ts';
import { readOwn, wholeNumber } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { portsOf } from './ports.ts';

interface Args {
  readonly name: string;
  readonly metas: number;
  readonly replicas: number;
  readonly auth: boolean;
  readonly defects: readonly string[];
  readonly repairs: readonly string[];
}

export default own<Args, ClusterState>({
  name: 'cluster create',
  summary: 'Make a cluster and start its servers.',
  usage: 'cluster create NAME [--metas 3] [--replicas 3] [--auth] [--defect ISSUE]… [--repair ISSUE]…',
  examples: [
    'pegsh cluster create A --replicas 1',
    'pegsh cluster create B --auth',
    'pegsh cluster create old --defect 2098',
    'pegsh cluster create mended --repair D5',
  ],
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'cluster create',
      words: ['NAME'],
      values: ['metas', 'replicas', 'defect', 'repair'],
      switches: ['auth'],
    });
    return {
      name: typed.words[0] as string,
      metas: wholeNumber(typed.value('metas') ?? '3', '--metas'),
      replicas: wholeNumber(typed.value('replicas') ?? '3', '--replicas'),
      auth: typed.has('auth'),
      defects: typed.valuesOf('defect'),
      repairs: typed.valuesOf('repair'),
    };
  },
  run: (ctx, args) =>
    ctx.control.createCluster({ ...args, defects: [...args.defects], repairs: [...args.repairs] }),
  print(made) {
    const auth = made.mandatory_auth ? ', authentication demanded' : '';
    const defects = made.defects.map((issue) => `, with the defect of ${issueName(issue)}`).join('');
    const repairs = made.repairs.map((issue) => `, without the defect of ${issueName(issue)}`).join('');
    const servers = `${portsOf('meta', made.metas)}, ${portsOf('replica', made.replicas)}`;
    return { out: `cluster ${made.name} made: ${servers}${auth}${defects}${repairs}\n` };
  },
});

function issueName(issue: string): string {
  return /^\d/.test(issue) ? `#${issue}` : issue;
}
