import { grumbleCommand } from './shared/grumble-command.ts';

/** Leaving is the shell's business: this is what is told of it, and what is wrong with its words. */
export default grumbleCommand<void, { readonly exit_code: number }>({
  name: 'exit',
  help: 'exit the shell',
  examples: ['exit'],
  offline: true,
  isHarmless: true,
  parse: () => undefined,
  run: async () => ({ exit_code: 0 }),
  print: () => ({}),
});
