import { argh, paramOf } from '../../grammar/argh.ts';
import { GetoptError, type GetoptResult, getopt, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { parseGetopt, refuseWords, uintOption } from '../shared/options.ts';
import { demand, listed, type ReadWords, wholeNumber } from './read-words.ts';

/** `src/shell/commands/cold_backup.cpp`. */
export const backupWords: Readonly<Record<string, ReadWords>> = {
  add_backup_policy(usage, words) {
    const long = {
      p: 'policy_name',
      b: 'backup_provider_type',
      a: 'app_ids',
      i: 'backup_interval_seconds',
      s: 'start_time',
      c: 'backup_history_cnt',
    };
    const options = parseGetopt(usage, words, { short: 'p:b:a:i:s:c:', long });
    for (const id of listed(optionValue(options, 'a') ?? '')) {
      demand(leading(id) > 0, usage, `invalid app_id, ${leading(id)}`);
    }
    demand(Boolean(optionValue(options, 'p')), usage, 'policy_name should not be empty');
    demand(Boolean(optionValue(options, 'b')), usage, 'backup_provider_type should not be empty');
    const interval = leading(optionValue(options, 'i') ?? '');
    demand(interval > 0, usage, `invalid backup_interval_seconds: ${interval}, should > 0`);
    const count = leading(optionValue(options, 'c') ?? '');
    demand(count > 0, usage, `invalid backup_history_cnt: ${count}, should > 0`);
    timeOfDay(usage, options);
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
    const long = {
      p: 'policy_name',
      a: 'add_app',
      r: 'remove_app',
      i: 'backup_interval_seconds',
      c: 'backup_history_count',
      s: 'start_time',
    };
    const options = parseGetopt(usage, words, { short: 'p:a:r:i:c:s:', long });
    for (const { letter, value } of options.options) MODIFIED[letter]?.(usage, value);
    demand(Boolean(optionValue(options, 'p')), usage, 'empty policy name');
    timeOfDay(usage, options);
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
    const options = parseGetopt(usage, words, { short: 'p:', long: { p: 'policy_name' } });
    demand(Boolean(optionValue(options, 'p')), usage, 'empty policy name');
  },
  restore_app(usage, words) {
    const options = restoreOptions(usage, words);
    const number = (letter: string) => wholeNumber(usage, optionValue(options, letter) ?? '0');
    const isWhole = ['c', 'a', 'b'].every((letter) => Boolean(optionValue(options, letter)));
    demand(number('i') > 0 && number('t') > 0 && isWhole, usage, 'invalid parameter');
  },
  query_restore_status(usage, words) {
    demand(words.length > 0, usage, 'invalid parameter');
    const id = wholeNumber(usage, words[0]!);
    demand(id > 0, usage, `invalid restore_app_id(${id})`);
    parseGetopt(usage, words, { short: 'd', long: { d: 'detailed' } });
  },
};

const MODIFIED: Readonly<Record<string, (usage: string, value: string) => void>> = {
  a: (usage, value) => {
    for (const id of listed(value).map((word) => wholeNumber(usage, word))) {
      demand(id > 0, usage, `add invalid app_id(${id}) to policy`);
    }
  },
  r: (usage, value) => {
    for (const id of listed(value).map((word) => wholeNumber(usage, word))) {
      demand(id > 0, usage, `remove invalid app_id(${id}) from policy`);
    }
  },
  i: (usage, value) => {
    const seconds = wholeNumber(usage, value);
    demand(seconds >= 0, usage, `invalid backup_interval_seconds(${seconds})`);
  },
  c: (usage, value) => {
    const count = wholeNumber(usage, value);
    demand(count >= 0, usage, `invalid backup_history_count(${count})`);
  },
};

function restoreOptions(usage: string, words: readonly string[]): GetoptResult {
  const long = {
    c: 'old_cluster_name',
    p: 'old_policy_name',
    a: 'old_app_name',
    i: 'old_app_id',
    n: 'new_app_name',
    t: 'timestamp',
    b: 'backup_provider_type',
    r: 'restore_path',
    s: 'skip_bad_partition',
  };
  try {
    return getopt(usage.split(' ')[0]!, words, { short: 'c:p:a:i:n:t:b:r:s', long });
  } catch (error) {
    if (error instanceof GetoptError) throw misuse(usage, `${error.message}\ninvalid parameter\n`);
    throw error;
  }
}

/** `atoi`. */
function leading(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}

function timeOfDay(usage: string, options: GetoptResult): void {
  const text = optionValue(options, 's') ?? '';
  if (text === '') return;
  const [, hour = NaN, minute = NaN] = (/^\s*([+-]?\d+):\s*([+-]?\d+)/.exec(text) ?? []).map(Number);
  const isTime = hour >= 0 && minute >= 0 && minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
  demand(isTime, usage, `invalid start time: ${text}, should like this hour:minute`);
}
