import { setAtomicIdempotent } from './atomic-idempotent.ts';

export default setAtomicIdempotent('enable', 'Make atomic writes of a table idempotent.');
