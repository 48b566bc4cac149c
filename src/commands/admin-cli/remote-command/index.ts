import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({
  name: 'remote-command',
  help: 'send remote command, for example, remote-command meta or replica',
});
