import { Command } from '@oclif/core';
import type { CommandEntry } from '../commands/command.ts';
import { COMMANDS as TABLE } from '../commands/index.ts';
import { main } from './main.ts';

/**
 * The table of commands as oclif's own: what its manifest, its plugins and a command line that mounts pegsh see.
 *
 * A run goes through our own dispatch, which knows the dialects; a name that several have is one command here.
 */
export const COMMANDS: Readonly<Record<string, Command.Class>> = Object.fromEntries(await classes());

async function classes(): Promise<[string, Command.Class][]> {
  const byName = new Map(TABLE.toReversed().map((entry) => [entry.name, entry]));
  return Promise.all([...byName.values()].map(async (entry) => [oclifId(entry.name), await classOf(entry)]));
}

function oclifId(name: string): string {
  return name.replaceAll(' ', ':');
}

async function classOf({ name, aliases, load }: CommandEntry): Promise<Command.Class> {
  const { summary, usage, examples } = (await load()).default;
  return class extends Command {
    static override id = oclifId(name);
    static override aliases = aliases.map(oclifId);
    static override summary = summary;
    static override usage = usage;
    static override examples = [...examples];
    // The dialects read their own flags: nothing is oclif's to take or to refuse.
    static override strict = false;

    async run(): Promise<void> {
      this.parsed = true;
      process.exitCode = await main(process, [...name.split(' '), ...this.argv]);
    }
  };
}
