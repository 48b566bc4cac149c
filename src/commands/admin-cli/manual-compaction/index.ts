import { parentCommand } from '../shared/parent-command.ts';

export default parentCommand({
  name: 'manual-compaction',
  help: 'manual compaction related commands',
});
