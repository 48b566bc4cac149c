import { setAtomicIdempotent } from './atomic-idempotent.ts';

export default setAtomicIdempotent('disable', 'Make atomic writes of a table no longer idempotent.');
