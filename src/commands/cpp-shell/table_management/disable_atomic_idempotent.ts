import { setAtomicIdempotent } from './set_atomic_idempotent.ts';

export default setAtomicIdempotent('disable', 'Make atomic writes of a table no longer idempotent.');
