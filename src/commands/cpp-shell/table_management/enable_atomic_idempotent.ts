import { setAtomicIdempotent } from './set_atomic_idempotent.ts';

export default setAtomicIdempotent('enable', 'Make atomic writes of a table idempotent.');
