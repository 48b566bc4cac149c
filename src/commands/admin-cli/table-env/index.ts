import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({ name: 'table-env', help: 'table environments related commands' });
