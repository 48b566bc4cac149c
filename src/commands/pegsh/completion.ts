import { UsageError } from '../../errors.ts';
import { oneOf } from '../grammar/own.ts';
import type { Completion } from '../shell.ts';
import { SCRIPTS } from './shared/completion-scripts.ts';
import { own } from './shared/own-command.ts';

type ShellName = keyof typeof SCRIPTS;

interface Args {
  readonly shell: ShellName;
  /** What is typed behind the program's name; the last word is the one at the cursor. Absent: the script is asked for. */
  readonly line: readonly string[] | undefined;
}

type Reply = { readonly script: string } | { readonly candidates: readonly Completion[] };

export default own<Args, Reply>({
  name: 'completion',
  summary: 'Print what teaches bash, zsh or fish to complete commands, flags and names.',
  usage: 'completion bash|zsh|fish [-- WORD…]',
  examples: [
    'source <(pegsh completion bash)',
    'source <(pegsh completion zsh)',
    'pegsh completion fish | source',
  ],
  offline: true,
  isHarmless: true,
  parse([shell, dashes, ...line]) {
    if (shell === undefined)
      throw new UsageError('completion needs the name of a shell', 'bash, zsh or fish');
    if (dashes !== undefined && dashes !== '--')
      throw new UsageError(`completion takes no further word: "${dashes}"`);
    const known = oneOf(shell, Object.keys(SCRIPTS) as ShellName[], 'the shell');
    return { shell: known, line: dashes === undefined ? undefined : line };
  },
  async run(ctx, { shell, line }) {
    if (line === undefined) return { script: SCRIPTS[shell] };
    return { candidates: await ctx.shell.complete(line.slice(0, -1), line.at(-1) ?? '') };
  },
  print(reply, { shell, line = [] }) {
    if ('script' in reply) return { out: reply.script };
    return { out: reply.candidates.map((one) => `${FORMS[shell](one, line.at(-1) ?? '')}\n`).join('') };
  },
});

/** How each shell wants a candidate. */
const FORMS: Readonly<Record<ShellName, (candidate: Completion, partial: string) => string>> = {
  // What stands before a `=` or `:` is a word of its own to bash.
  bash: ({ value }, partial) => value.slice(Math.max(partial.lastIndexOf('='), partial.lastIndexOf(':')) + 1),
  zsh: ({ value, about = '' }) => `${value.replaceAll(':', '\\:')}:${oneLine(about)}`,
  fish: ({ value, about = '' }) => `${value}\t${oneLine(about)}`,
};

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
