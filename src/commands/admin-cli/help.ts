import { UsageError } from '../../errors.ts';
import type { Context } from '../command.ts';
import { boolFlag, textFlag } from '../grammar/grumble.ts';
import { grumbleHelp, grumbleOverview } from '../grammar/grumble-help.ts';
import { mirrored } from '../mirrored.ts';
import { deepest, helpOf } from './shared/help-of.ts';
import { childrenOf } from './shared/parent-command.ts';

const PROGRAM = {
  name: 'Pegasus-AdminCli-1.2.0',
  flags: [
    textFlag('m', 'meta', 'a list of MetaServer IP:Port addresses', '127.0.0.1:34601,127.0.0.1:34602'),
    boolFlag(undefined, 'nocolor', 'disable color output'),
  ],
};

const OF_ITSELF = grumbleHelp({
  command: 'help',
  text: "use 'help [command]' for command help",
  args: [{ name: 'command', type: 'string list', help: 'the name of the command' }],
});

/** grumble's own command: all commands, or the help of the deepest that the words name. */
export default mirrored<readonly string[], string>({
  dialect: 'admin-cli',
  name: 'help',
  summary: 'List the commands of admin-cli as it lists them itself.',
  originalSummary: "use 'help [command]' for command help",
  usage: 'help [command]',
  examples: ['--dialect admin-cli help', '--dialect admin-cli help table-env set'],
  offline: true,
  isHarmless: true,
  parse(argv) {
    refuseFlag(argv);
    return argv;
  },
  async run(ctx, words) {
    if (words.length === 0) return overview(ctx);
    const found = deepest(ctx.shell.commands, words);
    if (found === undefined) throw new UsageError('command not found');
    const { entry, rest } = found;
    if (entry.name !== 'help') return helpOf(entry, rest, ctx);
    refuseFlag(rest);
    return OF_ITSELF;
  },
  print: (text) => ({ out: text }),
  json: (text) => ({ help: text }),
});

/** It has none, not even `-h`. */
function refuseFlag([word = '']: readonly string[]): void {
  if (word.startsWith('-')) throw new UsageError(`invalid flag: ${word.split('=')[0]}`);
}

async function overview({ shell }: Context): Promise<string> {
  const commands = await childrenOf('', shell);
  const program = shell.readsLines ? undefined : PROGRAM;
  return grumbleOverview('Pegasus administration command line tool', commands, program);
}
