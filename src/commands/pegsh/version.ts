import { version } from '../../version.ts';
import { command } from '../command.ts';
import { readOwn } from '../grammar/own.ts';

export default command<void, { version: string }>({
  dialect: 'pegsh',
  name: 'version',
  summary: 'Show the version of pegsh.',
  usage: 'version',
  examples: ['pegsh version'],
  offline: true,
  isHarmless: true,
  parse: (argv) => void readOwn(argv, { command: 'version' }),
  run: async () => ({ version }),
  print: (reply) => ({ out: `pegsh ${reply.version}\n` }),
});
