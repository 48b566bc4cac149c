import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({ name: 'bulk-load', help: 'bulk load related commands' });
