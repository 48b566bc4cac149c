import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { DetectAction, DetectHotkeyResponse, HotkeyType } from '../../../rpc/idl/replica-admin.ts';
import type { Context } from '../../command.ts';
import { argh, paramOf, rejection } from '../../grammar/argh.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { demand } from '../shared/demand.ts';
import { callMeta, MetaError } from '../shared/meta-call.ts';
import { nodeOf } from '../shared/node.ts';

const USAGE =
  'detect_hotkey <-a|--app_id num> <-p|--partition_index num> <-t|--hotkey_type read|write> ' +
  '<-c|--detect_action start|stop|query> <-d|--address str>';

const PARAMS = [
  'a',
  'app_id',
  'p',
  'partition_index',
  'c',
  'hotkey_action',
  't',
  'hotkey_type',
  'd',
  'address',
];

const TYPES: Readonly<Record<string, HotkeyType>> = { read: 'READ', write: 'WRITE' };
const ACTIONS: Readonly<Record<string, DetectAction>> = { start: 'START', stop: 'STOP', query: 'QUERY' };

const TIMEOUT_MS = 5000;

interface Args {
  readonly app_id: number;
  readonly partition_index: number;
  /** As typed. */
  readonly address: string;
  readonly type: string;
  readonly action: string;
}

export default mirrored<Args, DetectHotkeyResponse>({
  dialect: 'cpp-shell',
  name: 'detect_hotkey',
  summary: 'Find the hash key of a partition that is read or written most.',
  usage: USAGE,
  examples: ['detect_hotkey -a 2 -p 0 -t read -c start -d localhost:34801'],
  isHarmless: true,
  parse(words) {
    const parsed = argh(words);
    const wrong = rejection(parsed, { params: PARAMS, flags: [], positional: 0 });
    demand(wrong === undefined, USAGE, `ERR_INVALID_PARAMETERS: ${wrong}`);
    const value = (...names: string[]) => paramOf(parsed, ...names) ?? '';
    const number = (text: string) => {
      const read = int32(text);
      demand(read !== undefined, USAGE, `"${text}" is an invalid num`);
      return read;
    };
    return {
      app_id: number(value('a', 'app_id')),
      partition_index: number(value('p', 'partition_index')),
      address: value('d', 'address'),
      type: value('t', 'hotkey_type'),
      action: value('c', 'hotkey_action'),
    };
  },
  async run(ctx, { app_id, partition_index, ...args }) {
    const node = await serverNamed(ctx, args.address);
    const type = TYPES[args.type.toLowerCase()];
    demand(
      type !== undefined,
      USAGE,
      `"${args.type}" is an invalid hotkey type (should be 'read' or 'write')`,
    );
    const action = ACTIONS[args.action.toLowerCase()];
    const actions = "(should be 'start' or 'stop')";
    demand(action !== undefined, USAGE, `"${args.action}" is an invalid hotkey detect action ${actions}`);
    const pid = { app_id, partition_index };
    const gpid = `${app_id}.${partition_index}`;
    const reply = await ctx.servers.detectHotkey(node, { type, action, pid }, TIMEOUT_MS).catch((error) => {
      if (!(error instanceof RpcError)) throw error;
      throw refusal(error.code, `rpc sending failed, in ${gpid}, error_hint:${error.code}`);
    });
    if (reply.err === 'ERR_OK') return reply;
    const hint = sanitize(reply.err_hint ?? '');
    throw refusal(reply.err, `performed failed, in ${gpid}, error_hint:${reply.err} ${hint}`, hint);
  },
  print: ({ hotkey_result }, args) => ({ out: `${said(args, hotkey_result ?? '')}\n` }),
});

function said({ app_id, partition_index, address, type, action }: Args, found: string): string {
  switch (ACTIONS[action.toLowerCase()]) {
    case 'START': {
      const query = `detect_hotkey -a ${app_id} -p ${partition_index} -t ${type} -c query -d ${address}`;
      return `Hotkey detection is starting, using '${query}' to get the result later`;
    }
    case 'STOP':
      return 'Hotkey detection is stopped now';
    default:
      return `Find ${type} hotkey in ${app_id}.${partition_index} result:${sanitize(found)}`;
  }
}

function refusal(code: string, text: string, hint = ''): Refusal {
  return new Refusal(code, { err: `Hotkey detection ${text}\n` }, hint || undefined);
}

/** A server of the cluster, alive or not (`validate_ip`). @throws UsageError */
async function serverNamed({ meta }: Context, typed: string): Promise<string> {
  const node = nodeOf(typed);
  demand(node !== undefined, USAGE, `invalid host:port '${typed}', can't transform it into host_port`);
  const { infos } = await callMeta(meta.listNodes({ status: 'NS_INVALID' })).catch((error) => {
    throw error instanceof MetaError ? misuse(USAGE, `list nodes failed, error=${error.code}\n`) : error;
  });
  const isHere = infos.some((info) => (info.hp_node ?? info.node) === node);
  demand(isHere, USAGE, `invalid host:port '${typed}', can't find it in the cluster`);
  return node;
}
