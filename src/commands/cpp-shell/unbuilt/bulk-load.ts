import { optionValue } from '../../grammar/getopt.ts';
import { parseGetopt } from '../shared/options.ts';
import { demand, type ReadWords, wholeNumber } from './read-words.ts';

/** `src/shell/commands/bulk_load.cpp`. */
export const bulkLoadWords: Readonly<Record<string, ReadWords>> = {
  start_bulk_load(usage, words) {
    const long = {
      a: 'app_name',
      c: 'cluster_name',
      p: 'file_provider_type',
      r: 'root_path',
      i: 'ingest_behind',
    };
    const options = parseGetopt(usage, words, { short: 'a:c:p:r:i', long });
    demand(Boolean(optionValue(options, 'a')), usage, 'app_name should not be empty');
    demand(Boolean(optionValue(options, 'c')), usage, 'cluster_name should not be empty');
    demand(Boolean(optionValue(options, 'p')), usage, 'file_provider_type should not be empty');
    demand(Boolean(optionValue(options, 'r')), usage, 'remote_root_path should not be empty');
  },
  query_bulk_load_status(usage, words) {
    const long = { a: 'app_name', i: 'partition_index', d: 'detailed' };
    const options = parseGetopt(usage, words, { short: 'a:i:d', long });
    const index = optionValue(options, 'i');
    if (index !== undefined) wholeNumber(usage, index);
    demand(Boolean(optionValue(options, 'a')), usage, 'app_name should not be empty');
  },
  pause_bulk_load: ofTable,
  restart_bulk_load: ofTable,
  cancel_bulk_load(usage, words) {
    const options = parseGetopt(usage, words, { short: 'a:f', long: { a: 'app_name', f: 'forced' } });
    demand(Boolean(optionValue(options, 'a')), usage, 'app_name should not be empty');
  },
  // It does not ask for a table.
  clear_bulk_load: (usage, words) => void parseGetopt(usage, words, { short: 'a:', long: { a: 'app_name' } }),
};

function ofTable(usage: string, words: readonly string[]): void {
  const options = parseGetopt(usage, words, { short: 'a:', long: { a: 'app_name' } });
  demand(Boolean(optionValue(options, 'a')), usage, 'app_name should not be empty');
}
