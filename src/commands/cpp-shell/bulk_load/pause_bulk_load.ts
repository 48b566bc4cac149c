import { controlBulkLoad } from './control.ts';

export default controlBulkLoad('pause', 'Pause the bulk load of a table.');
