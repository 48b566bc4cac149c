import { argh } from '../../grammar/argh.ts';
import { misuse } from '../../grammar/usage.ts';
import { isAppName } from '../shared/app-name.ts';
import { demand, listed } from '../shared/demand.ts';
import { refuseWords, uintOption } from '../shared/options.ts';
import type { ReadWords } from './read-words.ts';

/** `src/shell/commands/`: `debugger.cpp`, `local_partition_split.cpp`. */
export const serverWords: Readonly<Record<string, ReadWords>> = {
  local_get(usage, words) {
    if (words.length !== 3) throw misuse(usage);
  },
  local_partition_split(usage, words) {
    const { positional, params } = argh(words, { valuesByEqualsOnly: true });
    const form = usage.slice(usage.indexOf(' ') + 1);
    demand(positional.length >= 7, usage, `invalid command, should be in the form of '${form}'`);
    const at = (index: number) => positional[index] ?? '';
    const sources = strings(usage, at(0));
    const targets = strings(usage, at(1));
    const sourceId = uintOption(usage, at(2), 0);
    const targetId = uintOption(usage, at(3), 0);
    const ids = strings(usage, at(4)).map((id) => uintOption(usage, id, 0));
    const from = uintOption(usage, at(5), 0);
    const to = uintOption(usage, at(6), 0);
    for (const name of ['threads_per_data_dir', 'threads_per_partition']) {
      uintOption(usage, params.get(name), 1);
    }
    const wrong = (isMet: boolean, text: string) => demand(isMet, usage, `invalid command, ${text}`);
    wrong(
      sources.length === targets.length,
      'the list size of <src_data_dirs> and <dst_data_dirs> must be equal',
    );
    wrong(
      sourceId !== targetId,
      `<src_app_id> and <dst_app_id> should not be equal (${sourceId} vs. ${targetId})`,
    );
    wrong(
      ids.every((id) => id < from),
      `partition ids in <src_partition_ids> should be in range [0, ${from})`,
    );
    const counts = `(${to} vs. ${from})`;
    wrong(to > from, `<dst_partition_count> should be larger than <src_partition_count> ${counts}`);
    const times = Math.floor(to / from);
    wrong(
      Number.isInteger(Math.log2(times)),
      `<dst_partition_count> should be 2^n times of <src_partition_count> ${counts}`,
    );
    const reason = 'ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.';
    wrong(isAppName(at(7)), `<dst_app_name> '${at(7)}' is invalid: ${reason}`);
  },
};

/** `PARSE_STRS`. */
function strings(usage: string, text: string): string[] {
  const words = listed(text);
  if (words.length === 0) {
    const form = `'${text}' should be in the form of 'val1,val2,val3' and should not be empty`;
    throw refuseWords(usage, `invalid command, ${form}`);
  }
  if (new Set(words).size < words.length) {
    throw refuseWords(usage, `invalid command, '${text}' has duplicate values`);
  }
  return words;
}
