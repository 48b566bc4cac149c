import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({
  name: 'duplication',
  aliases: ['dup'],
  help: 'duplication related control commands',
});
