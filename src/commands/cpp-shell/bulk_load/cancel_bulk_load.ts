import { controlBulkLoad } from './control.ts';

export default controlBulkLoad('cancel', 'Cancel the bulk load of a table.');
