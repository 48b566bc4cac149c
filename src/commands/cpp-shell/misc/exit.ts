import { mirrored } from '../../mirrored.ts';

/** Leaving is the shell's business: this is what it says then (`dsn_exit`). */
export default mirrored<void, { exit_code: number }>({
  dialect: 'cpp-shell',
  name: 'exit',
  summary: 'Leave the shell.',
  usage: 'exit',
  examples: ['exit'],
  offline: true,
  isHarmless: true,
  parse: () => undefined,
  run: async () => ({ exit_code: 0 }),
  print: ({ exit_code }) => ({ out: `dsn exit with code ${exit_code}\n` }),
});
