import { UsageError } from '../../errors.ts';
import { version } from '../../version.ts';
import { command } from '../command.ts';

export default command<void, { version: string }>({
  dialect: 'pegsh',
  name: 'version',
  summary: 'Show the version of pegsh.',
  usage: 'version',
  examples: ['pegsh version'],
  parse(argv) {
    if (argv.length > 0) throw new UsageError(`version takes no argument: "${argv[0]}"`);
  },
  run: async () => ({ version }),
  print: (reply) => ({ out: `pegsh ${reply.version}\n` }),
});
