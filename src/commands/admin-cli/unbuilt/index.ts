import { UsageError } from '../../../errors.ts';
import type { AnyCommand } from '../../command.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import type { Declared } from './declared.ts';
import { SERVER_COMMANDS } from './servers.ts';

const DECLARED: readonly Declared[] = SERVER_COMMANDS;

export function unbuilt(name: string): AnyCommand {
  const declared = DECLARED.find((one) => one.name === name)!;
  return grumbleCommand<never, never>({
    ...declared,
    examples: [name],
    offline: true,
    parse() {
      throw new UsageError(
        `${name} is a command of admin-cli that pegsh does not have: docs/coverage.md lists those it has`,
      );
    },
    run: () => Promise.reject(new Error('parse has refused')),
    print: (reply) => reply,
  });
}
