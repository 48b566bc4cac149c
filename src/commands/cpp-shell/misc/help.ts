import { usageBlock } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { UPSTREAM_ORDER } from '../upstream-order.ts';

/** `help_info`, `print_help_all` (`src/shell/main.cpp`): every usage, whatever words follow. */
export default mirrored<void, readonly string[]>({
  dialect: 'cpp-shell',
  name: 'help',
  summary: 'List the commands of the C++ shell as it lists them itself.',
  usage: 'help',
  examples: ['--dialect cpp-shell help'],
  offline: true,
  isHarmless: true,
  parse: () => undefined,
  async run({ shell }) {
    const entries = shell.commands.filter(({ dialect }) => dialect === 'cpp-shell');
    entries.sort((a, b) => UPSTREAM_ORDER.indexOf(a.name) - UPSTREAM_ORDER.indexOf(b.name));
    const loaded = await Promise.all(entries.map(({ load }) => load()));
    return loaded.map((one) => one.default.usage);
  },
  print: (usages) => ({ out: `Usage:\n${usages.map(usageBlock).join('')}` }),
  json: (usages) => ({ usages }),
});
