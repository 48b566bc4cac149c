import { nodeCommand } from './change.ts';

export default nodeCommand('restart', 'Stop servers gracefully and start them again.', 'meta1 replica1');
