import { modifyCommand } from './modify.ts';

export default modifyCommand(
  'pause',
  [],
  'pause a duplication, it only support pause from `DS_LOG`',
  'DS_PAUSE',
);
