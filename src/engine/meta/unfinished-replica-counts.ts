import { parseSigned } from '../../rpc/idl/integer.ts';
import { AssertionFailure } from '../crash.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import type { MetaServer } from './meta-server.ts';
import { changingReplicaCount, UPDATING_ENV } from './replica-count.ts';

/**
 * A new leader finishes the changes of replica counts that tables say are on their way
 * (`server_state.cpp recover_from_max_replica_count_env`).
 *
 * @throws AssertionFailure where the count is none
 */
export function* finishingReplicaCounts(meta: MetaServer): Steps {
  for (const app of meta.tree.apps()) {
    const [state, count] = wordsOf(app.envs[UPDATING_ENV] ?? '');
    if (app.status !== 'AS_AVAILABLE' || state !== 'updating') continue;
    const wanted = parseSigned(count ?? '', 32);
    if (wanted === undefined || wanted <= 0n) throw invalidCount(app);
    const { [UPDATING_ENV]: _finished, ...envs } = app.envs;
    yield* changingReplicaCount(meta, { ...app, envs }, Number(wanted));
  }
}

function wordsOf(value: string): string[] {
  return value
    .split(';')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function invalidCount({ app_name, app_id, max_replica_count, envs }: AppRecord): AssertionFailure {
  const site = {
    file: 'server_state.cpp',
    line: 4371,
    function: 'recover_from_max_replica_count_env',
    thread: 'meta.default0',
  };
  const text =
    `[false] invalid max_replica_count_env: app_name=${app_name}, app_id=${app_id}, ` +
    `max_replica_count=${max_replica_count}, ${UPDATING_ENV}=${envs[UPDATING_ENV]}`;
  return new AssertionFailure(site, '', text);
}
