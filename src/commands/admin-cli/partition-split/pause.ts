import { controlCommand } from './control.ts';

export default controlCommand('pause');
