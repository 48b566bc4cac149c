import { UsageError } from '../../../errors.ts';
import { type AnyCommand, command } from '../../command.ts';
import { serverWords } from './servers.ts';

/** Commands of the C++ shell that pegsh does not have, with their options: help lists them all the same. */
const OPTIONS: Readonly<Record<string, string>> = {
  local_get: '<db_path> <hash_key> <sort_key>',
  sst_dump:
    '[--command=check|scan|none|raw] <--file=data_dir_OR_sst_file> [--from=user_key] [--to=user_key] [--read_num=num] [--show_properties] [--pegasus_data]',
  local_partition_split:
    '<src_data_dirs> <dst_data_dirs> <src_app_id> <dst_app_id> <src_partition_ids> <src_partition_count> <dst_partition_count> <dst_app_name> [--post_full_compact] [--post_count] [--threads_per_data_dir num] [--threads_per_partition num]',
};

export function unbuilt(name: string): AnyCommand {
  const usage = `${name} ${OPTIONS[name]}`.trim();
  return command<never, never>({
    dialect: 'cpp-shell',
    name,
    summary: 'Not in pegsh: a command of the C++ shell alone.',
    usage,
    examples: [name],
    offline: true,
    parse(words) {
      // What the original refuses of their words is refused here, too.
      serverWords[name]?.(usage, words);
      throw new UsageError(
        `ERROR: ${name} is a command of the C++ shell that pegsh does not have: docs/coverage.md lists those it has`,
      );
    },
    run: () => Promise.reject(new Error('parse has refused')),
    print: (reply) => reply,
  });
}
