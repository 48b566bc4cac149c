import type { AppRecord } from '../documents/meta.ts';

/** Whether a table is on its way between two states. */
export function isStaging({ status }: AppRecord): boolean {
  return status !== 'AS_AVAILABLE' && status !== 'AS_DROPPED';
}

/** Why a table on its way is left alone; undefined for one that is at rest. */
export function busy({ status }: AppRecord): 'ERR_BUSY_CREATING' | 'ERR_BUSY_DROPPING' | undefined {
  if (status === 'AS_CREATING' || status === 'AS_RECALLING') return 'ERR_BUSY_CREATING';
  return status === 'AS_DROPPING' ? 'ERR_BUSY_DROPPING' : undefined;
}
