import { type AnyCommand, type Command, command } from '../../command.ts';

type Spec<Args, Reply> = Omit<Command<Args, Reply>, 'dialect'>;

/** One of pegsh's own commands. */
export function own<Args, Reply>(spec: Spec<Args, Reply>): AnyCommand {
  return command<Args, Reply>({ dialect: 'pegsh', ...spec });
}
