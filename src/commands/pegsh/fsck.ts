import { readOwn } from '../grammar/own.ts';
import type { WorkspaceCheck } from '../shell.ts';
import { own } from './shared/own-command.ts';

interface Args {
  readonly repair: boolean;
  readonly accept: boolean;
}

interface Reply extends WorkspaceCheck {
  readonly clean: boolean;
}

export default own<Args, Reply>({
  name: 'fsck',
  summary: 'Look for damage in the workspace, and mend it; exit 3 if any is left.',
  usage: 'fsck [--repair] [--accept]',
  examples: ['pegsh fsck', 'pegsh fsck --repair', 'pegsh fsck --accept'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'fsck', switches: ['repair', 'accept'] });
    return { repair: typed.has('repair'), accept: typed.has('accept') };
  },
  async run(ctx, args) {
    const check = await ctx.shell.workspace.check(args);
    return { clean: check.findings.every(({ severity }) => severity === 'note'), ...check };
  },
  print({ clean, findings, mended, notices }, { repair }) {
    const lines = [
      ...mended.map(({ path, how }) => `mended: ${path}: ${how}`),
      ...findings.map(({ severity, path, where, what }) => {
        return `${severity}: ${path}: ${where === '' ? '' : `${where}: `}${what}`;
      }),
      verdict({ findings, mended, notices }, repair),
    ];
    return {
      out: lines.map((line) => `${line}\n`).join(''),
      err: notices.map((notice) => `pegsh: ${notice}\n`).join(''),
      exitCode: clean ? 0 : 3,
    };
  },
});

function verdict({ findings, mended }: WorkspaceCheck, repair: boolean): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    const next = repair
      ? 'what is left could not be mended; `pegsh snapshot list` shows what can be restored'
      : '`pegsh fsck --repair` mends what can be mended';
    return `${errors} ${errors === 1 ? 'error' : 'errors'}: ${next}`;
  }
  return mended.length > 0 ? 'no damage is left; what was there before is in damaged/' : 'no damage';
}
