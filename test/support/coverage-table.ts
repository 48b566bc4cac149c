import { COMMANDS } from '../../src/commands/index.ts';

const PROGRAMS = [
  ['cpp-shell', 'The C++ shell'],
  ['admin-cli', 'admin-cli'],
] as const;

/** Which commands of the originals pegsh has, as docs/coverage.md shows it. */
export function coverageDocument(): string {
  const sections = PROGRAMS.map(([dialect, title]) => {
    const all = COMMANDS.filter((entry) => entry.dialect === dialect);
    const names = (isBuilt: boolean) =>
      all.filter((entry) => entry.isBuilt === isBuilt).map(({ name }) => `\`${name}\``);
    const [built, missing] = [names(true), names(false)];
    const rest = missing.length === 0 ? 'All of them.' : `Not here: ${missing.sort().join(', ')}.`;
    return `## ${title}: ${built.length} of ${all.length}\n\n${built.sort().join(', ')}\n\n${rest}\n`;
  });
  return `# Commands of the originals\n\nWhat is not here reads its words as the original does, then answers with an error and exit code 2.\n\n${sections.join('\n')}`;
}
