import { controlBulkLoad } from './control.ts';

export default controlBulkLoad('restart');
