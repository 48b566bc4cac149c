const STATUS = 'duplication.follower_app_status';
const MASTER = 'duplication.master_cluster';

export interface FollowerVerdict {
  readonly err: string;
  /** The status that the table takes over. */
  readonly status?: string;
}

/**
 * A follower table exists already when its master asks for it
 * (`server_state.cpp process_create_follower_app_status`).
 */
export function followerVerdict(
  existing: Readonly<Record<string, string>>,
  requested: ReadonlyMap<string, string>,
): FollowerVerdict {
  if (existing[MASTER] !== requested.get(MASTER)) return { err: 'ERR_APP_EXIST' };
  const asked = requested.get(STATUS);
  const current = existing[STATUS];
  if (asked === undefined) return { err: 'ERR_APP_EXIST' };
  if (current === undefined) return { err: 'ERR_INVALID_STATE' };
  switch (`${current} ${asked}`) {
    case 'creating creating':
    case 'created created':
      return { err: 'ERR_OK' };
    case 'creating created':
      return { err: 'ERR_OK', status: 'created' };
    case 'created creating':
      return { err: 'ERR_APP_EXIST' };
    default:
      return { err: 'ERR_INVALID_PARAMETERS' };
  }
}
