import { statusCommand } from './modify.ts';

export default statusCommand({
  name: 'remove_dup',
  status: 'DS_REMOVED',
  doing: 'removing',
  summary: 'Remove a duplication; the follower keeps what it has.',
});
