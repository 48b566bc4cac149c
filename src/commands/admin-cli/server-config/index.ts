import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({
  name: 'server-config',
  help: 'send http get/post to query/update config',
});
