import { Interrupted } from '../errors.ts';

type Ask = (question: string, signal: AbortSignal) => Promise<string>;

/** Who asks the person at the terminal: the prompt while there is one, else inquirer. */
export class Questions {
  ask: Ask = askByInquirer;
}

async function askByInquirer(question: string, signal: AbortSignal): Promise<string> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  try {
    const { answer } = await prompt<{ answer: string }>([
      { type: 'input', name: 'answer', message: question.trimEnd(), theme: { prefix: '' } },
    ]);
    return answer;
  } catch (error) {
    if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name))
      throw new Interrupted();
    throw error;
  }
}
