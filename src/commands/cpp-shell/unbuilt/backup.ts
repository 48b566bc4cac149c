import { misuse } from '../../grammar/usage.ts';
import { demand, wholeNumber } from '../shared/demand.ts';
import { flag, readOptions, text, valued } from '../shared/read-options.ts';
import type { ReadWords } from './read-words.ts';

/** `src/shell/commands/cold_backup.cpp`. */
export const backupWords: Readonly<Record<string, ReadWords>> = {
  restore_app(usage, words) {
    const number = (word: string) => wholeNumber(usage, word);
    const {
      cluster,
      app,
      appId = 0,
      timestamp = 0,
      provider,
    } = readOptions(
      usage,
      words,
      {
        cluster: text('c', 'old_cluster_name'),
        policy: text('p', 'old_policy_name'),
        app: text('a', 'old_app_name'),
        appId: valued('i', 'old_app_id', number),
        newApp: text('n', 'new_app_name'),
        timestamp: valued('t', 'timestamp', number),
        provider: text('b', 'backup_provider_type'),
        path: text('r', 'restore_path'),
        skipsBad: flag('s', 'skip_bad_partition'),
      },
      undefined,
      (text) => misuse(usage, `${text}\ninvalid parameter\n`),
    );
    const isWhole = [cluster, app, provider].every(Boolean) && appId > 0 && timestamp > 0;
    demand(isWhole, usage, 'invalid parameter');
  },
  query_restore_status(usage, words) {
    demand(words.length > 0, usage, 'invalid parameter');
    const id = wholeNumber(usage, words[0]!);
    demand(id > 0, usage, `invalid restore_app_id(${id})`);
    readOptions(usage, words, { detailed: flag('d', 'detailed') });
  },
};
