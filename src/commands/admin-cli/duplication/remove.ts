import { modifyCommand } from './modify.ts';

export default modifyCommand('remove', ['rm'], 'remove a duplication from the table', 'DS_REMOVED');
