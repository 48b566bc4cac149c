import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({ name: 'partition-split', help: 'partition split related commands' });
