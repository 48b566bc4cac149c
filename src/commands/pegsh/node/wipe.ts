import { nodeCommand } from './change.ts';

export default nodeCommand('wipe', 'Empty the disks of servers that are down.', 'replica2');
