import { statusCommand } from './modify.ts';

export default statusCommand({
  name: 'start_dup',
  status: 'DS_LOG',
  doing: 'starting',
  summary: 'Go on with a paused duplication.',
});
