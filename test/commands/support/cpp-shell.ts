import { expect } from 'vitest';
import type { AnyCommand } from '../../../src/commands/command.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { splitCppShell } from '../../../src/shell/tokens.ts';
import { type Fakes, type Ran, ran } from './fake-context.ts';
import { type Block, blocksOf, fixture } from './golden.ts';

/** Runs a line of the C++ shell. */
export async function typed(line: string, fakes: Fakes = {}): Promise<Ran> {
  const [name = '', ...words] = splitCppShell(line);
  return ran(await commandNamed(name), words, fakes);
}

async function commandNamed(name: string): Promise<AnyCommand> {
  const entry = COMMANDS.find((one) => one.dialect === 'cpp-shell' && one.name === name);
  if (entry === undefined) throw new Error(`no C++ shell command ${name}`);
  return (await entry.load()).default;
}

/** A recorded session: its blocks by the line typed. */
export function session(file: string): (line: string) => Block {
  const blocks = blocksOf(fixture(`cpp-shell/${file}`)).filter((block) => !block.withheld);
  return (line) => {
    const found = blocks.find((block) => block.line === line);
    if (found === undefined) throw new Error(`${line} is not in ${file}`);
    return found;
  };
}

/** Every byte as recorded. Which of our streams has them is told apart: the original mixes its own. */
export function expectAsRecorded(got: Ran, { stdout, stderr }: Block): void {
  expect([stdout + stderr, stderr + stdout]).toContain(got.out + got.err);
}
