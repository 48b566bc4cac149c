import { grumbleCommand } from './shared/grumble-command.ts';

const CURSOR_HOME_AND_ERASE = '\x1b[H\x1b[2J';

export default grumbleCommand<void, { readonly cleared: boolean }>({
  name: 'clear',
  help: 'clear the screen',
  examples: ['clear'],
  offline: true,
  isHarmless: true,
  parse: () => undefined,
  run: async ({ terminal }) => ({ cleared: terminal.interactive }),
  print: ({ cleared }) => ({ out: cleared ? CURSOR_HOME_AND_ERASE : '' }),
});
