import { nodeCommand } from './change.ts';

export default nodeCommand('start', 'Start servers that are down.', 'replica1');
