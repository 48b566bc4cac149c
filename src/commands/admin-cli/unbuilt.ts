import { UsageError } from '../../errors.ts';
import type { AnyCommand } from '../command.ts';
import { boolFlag, numberFlag, textFlag } from '../grammar/grumble.ts';
import { grumbleCommand } from './shared/grumble-command.ts';

/** The one command of admin-cli that pegsh does not have: its help, and what the original says of wrong counts. */
export function unbuilt(name: string): AnyCommand {
  return grumbleCommand<never, never>({
    name,
    help: 'migrate all replicas from nodes to other node',
    flags: [
      textFlag('f', 'from', 'origin nodes list, such as: 127.0.0.1:34801,127.0.0.2:34801'),
      textFlag('t', 'to', 'target nodes list, such as: 127.0.0.3:34802,127.0.0.3:34802'),
      textFlag('a', 'table', 'specify the table list(default migrate all table)'),
      numberFlag('int', 'c', 'concurrent', 'max concurrent replica migrate task count(default 1)', 1),
      boolFlag(
        undefined,
        'batch_table',
        'whether to batch migrate multi tables(default false, tips: set true when only table partition size is less 1GB)',
      ),
      boolFlag(
        undefined,
        'batch_target',
        'whether to batch migrate to multi targets(default false, tips: disable it will decrease the influence but increase time)',
      ),
      numberFlag(
        'int',
        undefined,
        'final_target',
        'specify the final target count, note: this count is final count in cluster, and len(to) must be equal with it',
        0,
      ),
    ],
    examples: [name],
    offline: true,
    parse({ flags }) {
      const targets = String(flags.get('to')).split(',').length;
      const wanted = Number(flags.get('final_target'));
      const counts = `${targets} vs ${wanted}`;
      // The original dies of it.
      if (targets !== wanted)
        throw new UsageError(`please make sure the targets count == \`--final_target\` value： ${counts}`);
      throw new UsageError(
        `${name} is a command of admin-cli that pegsh does not have: docs/coverage.md lists those it has`,
      );
    },
    run: () => Promise.reject(new Error('parse has refused')),
    print: (reply) => reply,
  });
}
