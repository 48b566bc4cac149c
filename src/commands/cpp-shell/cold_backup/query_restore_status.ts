import type { ConfigurationQueryRestoreResponse } from '../../../rpc/idl/backup.ts';
import { mirrored } from '../../mirrored.ts';
import { sum } from '../../sum.ts';
import { demand, wholeNumber } from '../shared/demand.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';
import { flag, readOptions } from '../shared/read-options.ts';

const USAGE = 'query_restore_status <restore_app_id> [-d|--detailed]';

/** What a partition's progress comes to when it is there. */
const FINISHED = 1000;

const ANNOTATIONS = `
annotations:
    ok : mean restore complete
    ongoing : mean restore is under going
    skip : data on cold backup media is damaged, but skip the damaged partition
    unknown : invalid, should login server and check it
`;

interface Args {
  readonly appId: number;
  readonly detailed: boolean;
}

export default mirrored<Args, ConfigurationQueryRestoreResponse>({
  dialect: 'cpp-shell',
  name: 'query_restore_status',
  summary: 'Show how far a table is that is made of a backup.',
  usage: USAGE,
  examples: ['query_restore_status 3', 'query_restore_status 3 -d'],
  isLook: true,
  parse(words) {
    demand(words.length > 0, USAGE, 'invalid parameter');
    const appId = wholeNumber(USAGE, words[0]!);
    demand(appId > 0, USAGE, `invalid restore_app_id(${appId})`);
    return { appId, ...readOptions(USAGE, words, { detailed: flag('d', 'detailed') }) };
  },
  async run({ meta }, { appId }) {
    const asked = callMeta(meta.queryRestoreStatus({ restore_app_id: appId }));
    return orRefuse(asked, ({ code, answered }) => (answered && told(appId, code)) || failed(appId, code));
  },
  print: (reply, { detailed }) => ({ out: detailed ? details(reply) : `${overall(reply)}\n` }),
});

/** What is said of a table that there is not. */
function told(appId: number, code: string): { readonly out: string } | undefined {
  if (code === 'ERR_APP_NOT_EXIST') return { out: `invalid restore_app_id(${appId})\n` };
  if (code !== 'ERR_APP_DROPPED') return undefined;
  return { out: "restore failed, because some partition's data is damaged on cold backup media\n" };
}

function failed(appId: number, code: string): { readonly err: string } {
  return { err: `query restore status failed, restore_app_id(${appId}), err = ${code}\n` };
}

function overall({ restore_progress: progress }: ConfigurationQueryRestoreResponse): string {
  const percent = Math.floor(Math.floor(sum(progress) / progress.length) / 10);
  return `the overall progress of restore is ${percent}%`;
}

function details(reply: ConfigurationQueryRestoreResponse): string {
  const rows = reply.restore_status.map((status, pidx) => {
    const progress = reply.restore_progress[pidx] ?? 0;
    return row(`${pidx}`, `${Math.floor(progress / 10)}`, statusOf(status, progress));
  });
  const head = row('pid', 'progress(%)', 'restore_status');
  return `${head}${rows.join('')}\n${overall(reply)}\n${ANNOTATIONS}`;
}

function row(...cells: readonly string[]): string {
  return `${cells.map((cell) => cell.padEnd('restore_status'.length)).join('')}\n`;
}

function statusOf(status: string, progress: number): string {
  if (status === 'ERR_OK') return progress === FINISHED ? 'ok' : 'ongoing';
  return status === 'ERR_IGNORE_BAD_DATA' ? 'skip' : 'unknown';
}
