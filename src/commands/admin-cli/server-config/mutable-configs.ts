import type { Server } from '../shared/servers.ts';
import type { Config } from './set-plan.ts';

/** What is shown of a server's answers. */
export const SECTIONS = {
  meta: 'meta_server,security',
  replica: 'pegasus.server,security,replication,block_service,nfs,task',
} as const;

/** What can be changed of what a server tells of its configuration (`/configs`). */
export function mutableConfigs(told: unknown, role: Server['role']): Config[] {
  return Object.values(told as Readonly<Record<string, Config>>).filter(
    ({ tags, section }) => tags === 'flag_tag::FT_MUTABLE' && SECTIONS[role].includes(section),
  );
}
