/** What is said to whoever wants to change a setting of a table that is not there, not at rest, or frozen (`server_state.cpp`). */
import type { AppRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

export interface Refusal {
  readonly err: string;
  readonly hint_message: string;
}

/** A table that exists. */
export function existingApp(meta: MetaServer, name: string): AppRecord | Refusal {
  return (
    meta.tree.appNamed(name) ?? { err: 'ERR_APP_NOT_EXIST', hint_message: `app(${name}) does not exist` }
  );
}

/** A table on its way between two states is not changed. */
export function notAvailable({ status, app_name }: AppRecord): Refusal | undefined {
  if (status === 'AS_AVAILABLE') return undefined;
  return { err: 'ERR_INVALID_STATE', hint_message: `app(${app_name}) is not in available status` };
}

export const FREEZED: Refusal = {
  err: 'ERR_STATE_FREEZED',
  hint_message: 'current meta function level is freezed, since there are too few alive nodes',
};
