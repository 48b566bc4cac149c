import type { Command } from '../rpc/idl/arguments.ts';
import { version } from '../version.ts';
import type { Cluster } from './cluster.ts';

/** One server as a remote command sees it. */
interface Target {
  readonly cluster: Cluster;
  readonly node: string;
}

interface RemoteCommand {
  /** As `help` shows it. */
  readonly names: string;
  readonly help: string;
  readonly usage: string;
  run(target: Target, args: readonly string[]): string;
}

/** Those of every server, `help` first, as upstream lists them (cluster-engine.md 6.1). */
const COMMANDS: readonly RemoteCommand[] = [
  {
    names: 'help|h|H|Help',
    help: 'Display help information',
    usage: '[command]',
    run: (_, args) => help(args[0]),
  },
  { names: 'flush-log', help: 'Flush log to stderr or file', usage: '', run: () => 'Flush done.' },
  { names: 'server-info', help: 'Query server information', usage: '', run: serverInfo },
];

/** `RPC_CLI_CLI_CALL`: a text whatever is asked (`src/remote_cmd/remote_command.cpp`). */
export function runRemoteCommand(target: Target, { cmd, arguments: args }: Command): string {
  return find(cmd)?.run(target, args) ?? `unknown command '${cmd}'`;
}

function find(name: string): RemoteCommand | undefined {
  return COMMANDS.find(({ names }) => names.split('|').includes(name));
}

function help(name: string | undefined): string {
  if (name === undefined) return COMMANDS.map((command) => `${command.names} - ${command.help}\n`).join('');
  const found = find(name);
  if (found === undefined) return `cannot find command '${name}'`;
  return `${found.names} - ${found.help}\n${found.names} ${found.usage}`.trimEnd();
}

function serverInfo({ cluster, node }: Target): string {
  const started = new Date(Math.floor(cluster.node(node).since_us / 1000));
  return JSON.stringify({
    build_type: 'Release',
    git_SHA: '',
    start_time: started.toISOString().slice(0, 19).replace('T', ' '),
    version: `pegsh ${version}`,
  });
}
