import { UsageError } from '../../../errors.ts';
import { byteOrder } from '../../../output/json.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { textFlag } from '../../grammar/grumble.ts';
import { Refusal } from '../../mirrored.ts';
import { parseGoJson } from '../shared/go-json.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { type Fetched, httpGet } from '../shared/http-get.ts';
import { type Server, serversOf } from '../shared/servers.ts';
import { mutableConfigs, SECTIONS } from './mutable-configs.ts';
import { type Config, planToSetConfig } from './set-plan.ts';

type Action = 'list' | 'get' | 'set';

interface Args {
  /** '' = all. */
  readonly node: string;
  /** Undefined where no words were typed. */
  readonly action: Action | undefined;
  /** What is asked for, with its query. */
  readonly path: string;
  readonly change?: { readonly name: string; readonly value: string };
}

interface Answer {
  readonly node: string;
  readonly fetched: Fetched;
}

const WRONG =
  'invalid command: \n\tconfig-commad meta/replica list: query all config\n' +
  '\tconfig-commad meta/replica {configName} `get` or `set {value}`: get or set config value';

/** `server-config meta` and `server-config replica` (`executor/server_config.go`). */
export function serverConfig(role: Server['role']): AnyCommand {
  return grumbleCommand<Args, { readonly answers: readonly Answer[] }>({
    name: `server-config ${role}`,
    help: `send config command to ${role} server`,
    flags: [
      textFlag('n', 'node', 'specify server node address, such as 127.0.0.1:34801, empty mean all node'),
    ],
    args: [{ name: 'command', help: '<CMD> [ARG1 ARG2 ...]', type: 'string list', default: '[list]' }],
    examples: [`server-config ${role} list`, `server-config ${role} mandatory_auth get`],
    isLook: ({ action }) => action !== 'set',
    parse: ({ flags, args: words }) => ({ node: String(flags.get('node')), ...actionOf(words) }),
    async plan(ctx, { node, change }) {
      if (change === undefined) throw new UsageError('only set changes anything');
      return planToSetConfig(ctx, await serversOf(ctx, role, node), change);
    },
    async run(ctx, { node, action, path }) {
      // The original prints this, and no error, for want of words.
      if (action === undefined) throw new Refusal('USAGE', { err: `${WRONG}\n`, exitCode: 2 });
      return { answers: await answersOf(ctx, await serversOf(ctx, role, node), path) };
    },
    print: ({ answers }, { action = 'list' }) => ({ out: shownOf(action, answers, role) }),
    json: ({ answers }) => ({ answers: answers.map(({ node, fetched }) => ({ node, ...told(fetched) })) }),
  });
}

/** Sets a configuration of servers, and tells what they say. */
export async function setText(
  ctx: Context,
  servers: readonly Server[],
  name: string,
  value: string,
): Promise<string> {
  return shownOf('set', await answersOf(ctx, servers, `/updateConfig?${name}=${value}`), 'replica');
}

/** What they answer, by the name that is shown. */
async function answersOf(ctx: Context, servers: readonly Server[], path: string): Promise<Answer[]> {
  const asked = servers.map(async (server) => ({
    node: server.shown,
    fetched: await httpGet(ctx, server, path),
  }));
  return (await Promise.all(asked)).sort((a, b) => byteOrder(a.node, b.node));
}

function shownOf(action: Action, answers: readonly Answer[], role: Server['role']): string {
  return `CMD: ${action} \n${answers.map((answer) => SHOWN[action](answer, role)).join('')}`;
}

/** @throws UsageError */
function actionOf(words: readonly string[]): Omit<Args, 'node'> {
  const [first, action, value] = words;
  if (first === undefined) return { action: undefined, path: '' };
  if (first === 'list' && words.length === 1) return { action: 'list', path: '/configs' };
  if (action === 'get' && words.length === 2) return { action, path: `/config?name=${first}` };
  if (action === 'set' && value !== undefined && words.length === 3)
    return { action, path: `/updateConfig?${first}=${value}`, change: { name: first, value } };
  throw new UsageError(WRONG);
}

/** What is shown of one server's answer. */
const SHOWN: Readonly<Record<Action, (answer: Answer, role: Server['role']) => string>> = {
  list({ node, fetched }, role) {
    const parsed = parsedOf(fetched);
    if ('error' in parsed) return line(node, parsed.error);
    const lines = mutableConfigs(parsed.value, role).map(({ section, name, value }) =>
      sanitize(`[${section}] ${name}=${value}`),
    );
    // As Go prints a list of lines.
    const shown = lines.sort(byteOrder).map((text) => `\t${text}\n`);
    return `[${node}]\n${shown.join(' ')}`;
  },
  get({ node, fetched }, role) {
    const parsed = parsedOf(fetched);
    if ('error' in parsed) return line(node, 'body' in fetched ? fetched.body : parsed.error);
    const { name, section, value } = parsed.value as Config;
    if (!SECTIONS[role].includes(section)) return line(node, `${name} is not config on ${role}`);
    return line(node, `${name}=${value}`);
  },
  set({ node, fetched }) {
    const parsed = parsedOf(fetched);
    if ('error' in parsed) return line(node, parsed.error);
    return line(node, (parsed.value as { readonly update_status?: string }).update_status ?? '');
  },
};

function line(node: string, text: string): string {
  return `[${node}] ${sanitize(text)}\n`;
}

function parsedOf(fetched: Fetched): ReturnType<typeof parseGoJson> {
  return 'failure' in fetched ? { error: fetched.failure } : parseGoJson(fetched.body);
}

/** The answer itself, where it is JSON. */
function told(fetched: Fetched): object {
  const parsed = parsedOf(fetched);
  if ('value' in parsed) return { answer: parsed.value };
  return 'failure' in fetched ? { error: fetched.failure } : { answer: fetched.body };
}
