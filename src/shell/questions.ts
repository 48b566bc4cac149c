import type { Readable, Writable } from 'node:stream';
import type { Completion, Question } from '../commands/shell.ts';
import { Interrupted } from '../errors.ts';

/** A terminal to ask on, for one question. */
export interface Lent {
  readonly input: Readable;
  readonly output: Writable;
  giveBack(): void;
}

/** Asks the person at the terminal, by inquirer. */
export class Questions {
  /** The prompt lends its keys while it is there. */
  lend: () => Lent = () => ({ input: process.stdin, output: process.stderr, giveBack: () => {} });

  /** @throws Interrupted on Ctrl-C */
  async ask({ text, choices }: Question, signal: AbortSignal): Promise<string> {
    const { default: inquirer } = await import('inquirer');
    const { input, output, giveBack } = this.lend();
    const prompt = inquirer.createPromptModule({ input, output, signal });
    const common = { name: 'answer', message: text.trimEnd().replace(/:$/, '') } as const;
    try {
      const { answer } = await prompt<{ answer: string }>(
        choices === undefined || choices.length === 0
          ? [{ ...common, type: 'input' }]
          : [{ ...common, type: 'search', source: (typed) => matching(choices, typed ?? '') }],
      );
      return answer;
    } catch (error) {
      if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name))
        throw new Interrupted();
      throw error;
    } finally {
      giveBack();
    }
  }
}

/** Those that begin so come first. */
function matching(choices: readonly Completion[], typed: string) {
  const wanted = typed.toLowerCase();
  const found = choices.filter(({ value, about = '' }) => `${value} ${about}`.toLowerCase().includes(wanted));
  const isFirst = ({ value }: Completion): boolean => value.toLowerCase().startsWith(wanted);
  return [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))].map(({ value, about }) => ({
    value,
    name: about === undefined ? value : `${value}  (${about})`,
  }));
}
