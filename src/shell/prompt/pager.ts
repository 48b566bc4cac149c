import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Keyboard } from './keyboard.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Shows a long text through the user's pager, which has the terminal meanwhile.
 *
 * @returns false where there is no pager to be had: the text is shown by nobody
 */
export async function page(text: string, keyboard: Keyboard, environment: Environment): Promise<boolean> {
  const command = environment.PEGSH_PAGER ?? environment.PAGER ?? 'less';
  if (command === '' || command === 'cat') return false;
  keyboard.close();
  try {
    const pager = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      // As git has it: a text that fits is only printed, colours are colours, and it stays on the screen.
      env: { ...environment, LESS: environment.LESS ?? 'FRX' },
    });
    // One who leaves the pager before the end has seen enough.
    pager.stdin.on('error', () => {});
    pager.stdin.end(text);
    const [exitCode] = (await once(pager, 'close')) as [number | null];
    return exitCode !== NOT_FOUND;
  } finally {
    keyboard.open();
  }
}

/** What the system's shell says of a command that is not there. */
const NOT_FOUND = 127;
