import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line of a client program that asks for something to be done to the cluster before it goes on. */
const REQUEST = 'now: ';

/** Whether a tool can be started; says so where it cannot, since its tests are then left out. */
export function isThere(tool: string, ...versionWords: string[]): boolean {
  const found = spawnSync(tool, versionWords, { stdio: 'ignore' }).status === 0;
  if (!found)
    process.stderr.write(`interop: LEFT OUT: everything that needs \`${tool}\`, which is not here\n`);
  return found;
}

/**
 * Runs a client program to its end and returns the lines that it printed.
 *
 * @param onRequest does what the program asks for
 * @throws Error with all that it said, when it does not end well
 */
export async function runClient(
  command: readonly [string, ...string[]],
  cwd: string,
  onRequest: (what: string) => void,
): Promise<string[]> {
  const [tool, ...words] = command;
  const child = spawn(tool, words, { cwd });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaints += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (!line.startsWith(REQUEST)) continue;
    onRequest(line.slice(REQUEST.length));
    child.stdin.write('done\n');
  }
  const status = await ended;
  if (status !== 0) {
    throw new Error(`${command.join(' ')} ended with ${status}\n${lines.join('\n')}\n${complaints}`);
  }
  return lines;
}
