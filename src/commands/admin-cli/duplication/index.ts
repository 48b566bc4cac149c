import { grumble } from '../../grammar/grumble.ts';
import { grumbleHelp } from '../../grammar/grumble-help.ts';
import { mirrored } from '../../mirrored.ts';

const SUB_COMMANDS = [
  { names: 'add', help: 'add a duplications to the table' },
  { names: 'list, ls', help: 'list the duplications binding to the table' },
  { names: 'pause', help: 'pause a duplication, it only support pause from `DS_LOG`' },
  { names: 'remove, rm', help: 'remove a duplication from the table' },
  { names: 'start', help: 'start a duplication, it only support start from `DS_PAUSE`' },
];

/** Without a sub-command, or with an unknown one, admin-cli shows what there is. */
export default mirrored<void, string>({
  dialect: 'admin-cli',
  name: 'duplication',
  aliases: ['dup'],
  summary: 'Duplication related control commands.',
  usage: 'duplication [flags]',
  examples: ['duplication', 'dup list'],
  offline: true,
  parse(argv) {
    grumble(argv, { command: 'duplication', flags: [], args: [], helpOnly: true });
  },
  run: async () =>
    grumbleHelp({
      command: 'duplication',
      text: 'duplication related control commands',
      flags: [],
      args: [],
      subCommands: SUB_COMMANDS,
    }),
  print: (help) => ({ out: help }),
  json: (help) => ({ help }),
});
