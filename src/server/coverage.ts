import { metaHandler } from '../engine/meta/handlers.ts';
import { adminHandler } from '../engine/replica/admin-handlers.ts';
import { isReadCode } from '../engine/replica/data/read.ts';
import { isWriteCode } from '../engine/replica/data/updates.ts';
import * as methods from '../rpc/idl/methods.ts';

/** One RPC of Pegasus's interface, and whether a served cluster answers it. */
export interface Covered {
  readonly code: string;
  readonly server: 'meta' | 'replica';
  readonly is_served: boolean;
}

/** On every server, whoever it is. */
const EVERYWHERE: ReadonlySet<string> = new Set([methods.callCommand.code, methods.negotiate.code]);

/** By code. What is not served answers ERR_HANDLER_NOT_FOUND. */
export function coverage(): Covered[] {
  return Object.values(methods)
    .filter(({ server }) => server !== 'control')
    .map(({ code, server }) => ({
      code,
      server: server === 'meta' ? ('meta' as const) : ('replica' as const),
      is_served: isServed(code),
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

function isServed(code: string): boolean {
  return (
    EVERYWHERE.has(code) ||
    metaHandler(code) !== undefined ||
    adminHandler(code) !== undefined ||
    isReadCode(code) ||
    isWriteCode(code)
  );
}
