import { argh, paramOf } from '../../grammar/argh.ts';
import { misuse } from '../../grammar/usage.ts';
import { demand, listed, wholeNumber } from '../shared/demand.ts';
import { refuseWords, uintOption } from '../shared/options.ts';
import { flag, readOptions, text, valued } from '../shared/read-options.ts';
import type { ReadWords } from './read-words.ts';

/** `src/shell/commands/cold_backup.cpp`. */
export const backupWords: Readonly<Record<string, ReadWords>> = {
  add_backup_policy(usage, words) {
    const { policy, provider, interval, startTime, count } = readOptions(usage, words, {
      policy: text('p', 'policy_name'),
      provider: text('b', 'backup_provider_type'),
      apps: valued('a', 'app_ids', (word) => {
        for (const id of listed(word).map(leading)) demand(id > 0, usage, `invalid app_id, ${id}`);
      }),
      interval: valued('i', 'backup_interval_seconds', leading),
      startTime: text('s', 'start_time'),
      count: valued('c', 'backup_history_cnt', leading),
    });
    demand(Boolean(policy), usage, 'policy_name should not be empty');
    demand(Boolean(provider), usage, 'backup_provider_type should not be empty');
    demandPositive(usage, 'backup_interval_seconds', interval);
    demandPositive(usage, 'backup_history_cnt', count);
    demandTime(usage, startTime);
  },
  query_backup_policy(usage, words) {
    const parsed = argh(words);
    const form = '<-p|--policy_name> [-b|--backup_info_cnt] [-j|--json]';
    demand(parsed.params.size > 0, usage, `invalid command, should be in the form of '${form}'`);
    const names = listed(paramOf(parsed, 'p', 'policy_name') ?? '');
    if (names.length === 0) {
      const text = "policy_name should be in the form of 'val1,val2,val3' and should not be empty";
      throw refuseWords(usage, `invalid command, ${text}`);
    }
    if (new Set(names).size < names.length) {
      throw refuseWords(usage, 'invalid command, policy_name has duplicate values');
    }
    uintOption(usage, paramOf(parsed, 'b', 'backup_info_cnt'), 0);
  },
  modify_backup_policy(usage, words) {
    const { policy, startTime } = readOptions(usage, words, {
      policy: text('p', 'policy_name'),
      added: valued(
        'a',
        'add_app',
        checkedIds(usage, (id) => `add invalid app_id(${id}) to policy`),
      ),
      removed: valued(
        'r',
        'remove_app',
        checkedIds(usage, (id) => `remove invalid app_id(${id}) from policy`),
      ),
      interval: valued('i', 'backup_interval_seconds', notNegative(usage, 'backup_interval_seconds')),
      count: valued('c', 'backup_history_count', notNegative(usage, 'backup_history_count')),
      startTime: text('s', 'start_time'),
    });
    demand(Boolean(policy), usage, 'empty policy name');
    demandTime(usage, startTime);
  },
  disable_backup_policy(usage, words) {
    const { positional, flags, params } = argh(words);
    const [param = '', ...otherParams] = params.keys();
    const [flag = 'f', ...otherFlags] = flags;
    const isUnderstood =
      positional.length === 0 &&
      ['f', 'force'].includes(flag) &&
      otherFlags.length === 0 &&
      ['p', 'policy_name'].includes(param) &&
      otherParams.length === 0;
    const form = '<-p|--policy_name str> [-f|--force]';
    demand(isUnderstood, usage, `invalid command, should be in the form of '${form}'`);
    demand(params.get(param) !== '', usage, 'invalid command, policy_name should not be empty');
  },
  enable_backup_policy(usage, words) {
    const { policy } = readOptions(usage, words, { policy: text('p', 'policy_name') });
    demand(Boolean(policy), usage, 'empty policy name');
  },
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

/** Each id of a list is looked at. */
function checkedIds(usage: string, wrong: (id: number) => string): (word: string) => void {
  return (word) => {
    for (const id of listed(word).map((one) => wholeNumber(usage, one))) demand(id > 0, usage, wrong(id));
  };
}

function notNegative(usage: string, name: string): (word: string) => void {
  return (word) => {
    const value = wholeNumber(usage, word);
    demand(value >= 0, usage, `invalid ${name}(${value})`);
  };
}

function demandPositive(usage: string, name: string, value = 0): void {
  demand(value > 0, usage, `invalid ${name}: ${value}, should > 0`);
}

/** `atoi`. */
function leading(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}

function demandTime(usage: string, text = ''): void {
  if (text === '') return;
  const [, hour = NaN, minute = NaN] = (/^\s*([+-]?\d+):\s*([+-]?\d+)/.exec(text) ?? []).map(Number);
  const isTime = hour >= 0 && minute >= 0 && minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
  demand(isTime, usage, `invalid start time: ${text}, should like this hour:minute`);
}
