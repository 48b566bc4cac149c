import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Completion, Question } from '../commands/shell.ts';
import { Interrupted } from '../errors.ts';

/** A terminal to ask on, for one question. */
export interface Lent {
  readonly input: Readable;
  readonly output: Writable;
  giveBack(): void;
}

/** Asks the person at the terminal: by inquirer, or line by line where the cursor cannot be placed. */
export class Questions {
  readonly #isDumb: boolean;
  /** The prompt lends its keys while it is there. */
  lend: () => Lent = () => ({ input: process.stdin, output: process.stderr, giveBack: () => {} });

  /** @param isDumb of the terminal: `TERM=dumb` */
  constructor(isDumb: boolean) {
    this.#isDumb = isDumb;
  }

  /** @throws Interrupted on Ctrl-C */
  async ask(question: Question, signal: AbortSignal): Promise<string> {
    const lent = this.lend();
    try {
      return await (this.#isDumb ? askPlainly : askByInquirer)(question, lent, signal);
    } catch (error) {
      if (error instanceof Error && INTERRUPTED.includes(error.name)) throw new Interrupted();
      throw error;
    } finally {
      lent.giveBack();
    }
  }
}

const INTERRUPTED = ['ExitPromptError', 'AbortPromptError', 'AbortError'];

async function askByInquirer(
  { text, choices = [] }: Question,
  { input, output }: Lent,
  signal: AbortSignal,
): Promise<string> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ input, output, signal });
  const common = { name: 'answer', message: text.trimEnd().replace(/:$/, '') } as const;
  const { answer } = await prompt<{ answer: string }>(
    choices.length === 0
      ? [{ ...common, type: 'input' }]
      : [{ ...common, type: 'search', source: (typed) => matching(choices, typed ?? '') }],
  );
  return answer;
}

/** The choices, each on a line, then the question. */
async function askPlainly(
  { text, choices = [] }: Question,
  { input, output }: Lent,
  signal: AbortSignal,
): Promise<string> {
  for (const choice of choices) output.write(`  ${nameOf(choice)}\n`);
  const readline = createInterface({ input, output, terminal: true });
  const left = new AbortController();
  for (const event of ['SIGINT', 'close'] as const) readline.once(event, () => left.abort());
  try {
    return await readline.question(text, { signal: AbortSignal.any([signal, left.signal]) });
  } finally {
    readline.close();
  }
}

/** Those that begin so come first. */
function matching(choices: readonly Completion[], typed: string) {
  const wanted = typed.toLowerCase();
  const found = choices.filter(({ value, about = '' }) => `${value} ${about}`.toLowerCase().includes(wanted));
  const isFirst = ({ value }: Completion): boolean => value.toLowerCase().startsWith(wanted);
  return [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))].map((choice) => ({
    value: choice.value,
    name: nameOf(choice),
  }));
}

function nameOf({ value, about }: Completion): string {
  return about === undefined ? value : `${value}  (${about})`;
}
