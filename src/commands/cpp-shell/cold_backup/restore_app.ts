import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { ConfigurationRestoreRequest } from '../../../rpc/idl/backup.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { demand, wholeNumber } from '../shared/demand.ts';
import { flag, readOptions, text, valued } from '../shared/read-options.ts';

const USAGE =
  'restore_app <-c|--old_cluster_name str> <-p|--old_policy_name str> <-a|--old_app_name str> ' +
  '<-i|--old_app_id id> <-t|--timestamp/backup_id timestamp> <-b|--backup_provider_type str> ' +
  '[-n|--new_app_name str] [-s|--skip_bad_partition] [-r|--restore_path str]';

interface Reply {
  readonly err: string;
  readonly appid: number;
  readonly waitedMs: number;
}

export default mirrored<ConfigurationRestoreRequest, Reply>({
  dialect: 'cpp-shell',
  name: 'restore_app',
  summary: 'Make a table of a backup.',
  usage: USAGE,
  // The option is `--timestamp`; a backup's id is what it takes.
  syntax: USAGE.replace('timestamp/backup_id', 'timestamp'),
  examples: ['restore_app -c onebox -a temp -i 2 -t 1700000000123 -b local_service -n temp2'],
  parse(words) {
    const number = (word: string) => wholeNumber(USAGE, word);
    const options = {
      cluster: text('c', 'old_cluster_name'),
      policy: text('p', 'old_policy_name'),
      app: text('a', 'old_app_name'),
      appId: valued('i', 'old_app_id', number),
      newApp: text('n', 'new_app_name'),
      timestamp: valued('t', 'timestamp', number),
      provider: text('b', 'backup_provider_type'),
      path: text('r', 'restore_path'),
      skipsBad: flag('s', 'skip_bad_partition'),
    };
    const refuseForm = (text: string) => misuse(USAGE, `${text}\ninvalid parameter\n`);
    const typed = readOptions(USAGE, words, options, undefined, refuseForm);
    const { cluster = '', app = '', appId = 0, timestamp = 0, provider = '' } = typed;
    const isWhole = cluster !== '' && app !== '' && provider !== '' && appId > 0 && timestamp > 0;
    demand(isWhole, USAGE, 'invalid parameter');
    return {
      cluster_name: cluster,
      policy_name: typed.policy ?? '',
      time_stamp: timestamp,
      app_name: app,
      app_id: appId,
      new_app_name: typed.newApp || app,
      backup_provider_name: provider,
      skip_bad_partition: typed.skipsBad,
      ...(typed.path ? { restore_path: typed.path } : {}),
    };
  },
  async run({ meta }, request) {
    for (const [what, name] of [
      ['old_app_name', request.app_name],
      ['new_app_name', request.new_app_name],
    ] as const) {
      if (isAppName(name)) continue;
      const err = invalidName(what, name) + failed('ERR_INVALID_PARAMETERS');
      throw new Refusal('ERR_INVALID_PARAMETERS', { err, exitCode: 2 });
    }
    const startMs = meta.now();
    const reply = await meta.startRestore(request).catch((error: unknown) => {
      if (!(error instanceof RpcError)) throw error;
      throw new Refusal(error.code, { out: waiting(request, meta.now() - startMs), err: failed(error.code) });
    });
    const waitedMs = meta.now() - startMs;
    if (reply.err === 'ERR_OK') return { ...reply, waitedMs };
    const isMissing = reply.err === 'ERR_OBJECT_NOT_FOUND';
    const told = isMissing ? "restore app failed: couldn't find valid app metadata\n" : '';
    throw new Refusal(reply.err, { out: waiting(request, waitedMs) + told, err: failed(reply.err) });
  },
  print: ({ appid, waitedMs }, request) => ({
    out: `${waiting(request, waitedMs)}\tnew app_id = ${appid}\n`,
  }),
  json: ({ err, appid }) => ({ err, appid }),
});

/** A line for each second that began. */
function waiting({ restore_path: path }: ConfigurationRestoreRequest, waitedMs: number): string {
  const from = path === undefined ? '' : `restore app from the specified path : ${sanitize(path)}\n`;
  return from + 'sleep 1 second to wait complete...\n'.repeat(Math.max(1, Math.ceil(waitedMs / 1000)));
}

function failed(code: string): string {
  return `restore app failed with err(${code})\n`;
}
