import { UsageError } from '../../../errors.ts';
import { displayWidth } from '../../../output/width.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { textFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { command, labelled, type Server, serversOf } from '../shared/servers.ts';

interface Request {
  /** '' = all. */
  readonly node: string;
  readonly cmd: string;
  readonly words: readonly string[];
}

interface Reply {
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
}

/** `remote-command meta` and `remote-command replica` (`executor/remote_command.go`). */
export function toServers(role: Server['role']): AnyCommand {
  return grumbleCommand<Request, Reply>({
    name: `remote-command ${role}`,
    help: `send remote command to ${role} server`,
    flags: [
      textFlag('n', 'node', 'specify server node address, such as 127.0.0.1:34801, empty mean all node'),
    ],
    args: [{ name: 'command', help: '<CMD> [ARG1 ARG2 ...]', type: 'string list', default: 'help' }],
    examples: [`remote-command ${role} help`, `remote-command ${role} server-info`],
    parse({ flags, args: [cmd, ...words] }) {
      if (cmd === undefined) throw new UsageError("missing argument 'command'");
      return { node: String(flags.get('node')), cmd, words };
    },
    run: (ctx, request) => ask(ctx, role, request),
    print: (reply, request) => ({ out: textOf(reply, request) }),
  });
}

/** Sends a remote command, and shows what is answered. @throws Refusal, UsageError */
export async function commandText(ctx: Context, role: Server['role'], request: Request): Promise<string> {
  return textOf(await ask(ctx, role, request), request);
}

/** One server after the other. */
async function ask(ctx: Context, role: Server['role'], { node, cmd, words }: Request): Promise<Reply> {
  const answers = [];
  for (const server of await serversOf(ctx, role, node)) {
    answers.push({ node: labelled(server), answer: await command(ctx, server, cmd, words) });
  }
  return { answers };
}

function textOf({ answers }: Reply, { cmd, words }: Request): string {
  return `CMD: ${cmd} [${words.join(' ')}]\n\n${answers.map(shown).join('')}`;
}

function shown({ node, answer }: Reply['answers'][number]): string {
  return `${title(node)}${answer}\n\n`;
}

/** A table of one title, without borders. */
export function title(text: string): string {
  return `  ${text}  \n${'-'.repeat(displayWidth(text) + 4)}\n`;
}
