import { controlBulkLoad } from './control.ts';

export default controlBulkLoad('restart', 'Restart the bulk load of a table.');
