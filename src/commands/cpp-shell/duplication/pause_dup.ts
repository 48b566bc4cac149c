import { statusCommand } from './modify.ts';

export default statusCommand({
  name: 'pause_dup',
  status: 'DS_PAUSE',
  doing: 'pausing',
  summary: 'Pause a duplication.',
});
