import { modifyCommand } from './modify.ts';

export default modifyCommand(
  'start',
  [],
  'start a duplication, it only support start from `DS_PAUSE`',
  'DS_LOG',
);
