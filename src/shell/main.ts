import { COMMANDS } from '../commands/index.ts';

/** What `bin/run.js` hands over: the process, or in a test something like it. */
export interface Process {
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Runs one command line and returns the exit code. */
export async function main(process: Process): Promise<number> {
  const [name = 'version'] = process.argv.slice(2);
  const entry = COMMANDS.find((one) => one.name === name);
  if (entry === undefined) {
    process.stderr.write(`pegsh: unknown command "${name}"\n`);
    return 2;
  }
  const { default: found } = await entry.load();
  const printed = found.print((await found.run({} as never, {} as never)) as never, {} as never, {} as never);
  process.stdout.write(printed.out ?? '');
  return 0;
}
