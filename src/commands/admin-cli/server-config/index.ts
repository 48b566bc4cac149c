import { parentCommand } from '../parent-command.ts';

export default parentCommand({
  name: 'server-config',
  help: 'send http get/post to query/update config',
});
