import type { Command, CommandResult } from '../../rpc/idl/arguments.ts';
import type { Cluster } from '../cluster.ts';
import { COUNTER_COMMANDS } from './counter-commands.ts';
import { GENERIC_COMMANDS } from './generic.ts';
import { META_COMMANDS } from './meta-commands.ts';
import type { RemoteCommand, Server } from './remote-command.ts';
import { REPLICA_COMMANDS } from './replica-commands.ts';
import { SETTING_COMMANDS } from './setting-commands.ts';

/** What a running server makes of a remote command: a text, also where it knows no such command. */
export function answerCommand(
  cluster: Cluster,
  node: string,
  { cmd, arguments: words }: Command,
): CommandResult {
  const server: Server = { cluster, node, role: cluster.node(node).role };
  if (HELP.includes(cmd)) return { success: help(server, words) };
  const command = commandsOf(server).find(({ name }) => name === cmd);
  return { success: command?.run(server, words) ?? `unknown command '${cmd}'` };
}

const HELP = ['help', 'h', 'H', 'Help'];

function commandsOf(server: Server): readonly RemoteCommand[] {
  const commands = [
    ...GENERIC_COMMANDS,
    ...COUNTER_COMMANDS,
    ...SETTING_COMMANDS,
    ...META_COMMANDS,
    ...REPLICA_COMMANDS,
  ];
  const { role } = server;
  return commands.filter(
    (command) => (command.role === undefined || command.role === role) && hasWhatItNeeds(server, command),
  );
}

/** A leader that recovered its state has not found it. */
function hasWhatItNeeds({ cluster, node }: Server, { needs }: RemoteCommand): boolean {
  if (needs === undefined) return true;
  const { meta } = cluster;
  if (meta?.node !== node) return false;
  return needs === 'lead' || !(meta.process.recovering || meta.process.is_recovered === true);
}

/** One line a command, or what one of them takes (`command_manager`, `src/utils/command_manager.cpp`). */
function help(server: Server, [asked]: readonly string[]): string {
  const commands = [...commandsOf(server)].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (asked === undefined) {
    const lines = commands.map(({ name, description }) => `${name} - ${description}\n`);
    return `${HELP.join('|')} - Display help information\n${lines.join('')}`;
  }
  const found = commands.find(({ name }) => name === asked);
  return found === undefined
    ? `cannot find command '${asked}'`
    : `${found.name} - ${found.description}\n${found.name} ${found.usage}`.trimEnd();
}
