import { nodeCommand } from './change.ts';

export default nodeCommand('stop', 'Stop servers gracefully.', 'replica1');
