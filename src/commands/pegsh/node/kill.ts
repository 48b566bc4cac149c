import { nodeCommand } from './change.ts';

export default nodeCommand('kill', 'Kill servers, as kill -9 does.', 'replica2');
