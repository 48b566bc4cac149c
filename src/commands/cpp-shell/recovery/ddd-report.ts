import { sanitize } from '../../../output/sanitize.ts';
import type { DddNodeInfo, DddPartitionInfo } from '../../../rpc/idl/configuration.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';
import { gpidText } from '../shared/gpid.ts';

const LATEST = '  <== the latest';
const SECOND_LATEST = '  <== the secondary latest';
const RULE = '    ----\n';

/** What is known of one partition that lost all its replicas (`src/shell/commands/recovery.cpp`). */
export function findingText({ config, dropped, reason }: DddPartitionInfo, number: number): string {
  const drops = config.hp_last_drops ?? [];
  return [
    `(${number}) ${gpidText(config.pid)}\n`,
    `    config: ballot(${config.ballot}), last_committed(${config.last_committed_decree})\n`,
    RULE,
    ...dropped.map((info, at) => `    dropped[${at}]: ${nodeText(info)}${markOf(nodeOf(info), drops)}\n`),
    RULE,
    ...drops.map((node, at) => `    last_drops[${at}]: node(${node})${positionMark(at, drops.length)}\n`),
    RULE,
    `    ddd_reason: ${sanitize(reason)}\n`,
  ].join('');
}

export function adviceText({ config }: DddPartitionInfo, recommended: string | undefined): string {
  const mark = markOf(recommended ?? '', config.hp_last_drops ?? []);
  return `${RULE}    recommend_primary: ${recommended ?? 'none'}${mark}\n`;
}

/** Of the last two that left and are back, the one that has committed more; undefined when neither has enough. */
export function recommendedPrimary({ config, dropped }: DddPartitionInfo): string | undefined {
  const drops = config.hp_last_drops ?? [];
  if (drops.length < 2) return undefined;
  const back = drops.slice(-2).flatMap((node) => {
    const info = dropped.find((one) => nodeOf(one) === node);
    return info?.is_alive && info.is_collected ? [info] : [];
  });
  const [first, second] = back;
  if (first === undefined) return undefined;
  const best = second === undefined ? first : betterOf(first, second);
  return best.last_committed_decree >= config.last_committed_decree ? nodeOf(best) : undefined;
}

function betterOf(earlier: DddNodeInfo, later: DddNodeInfo): DddNodeInfo {
  const ahead = later.last_committed_decree - earlier.last_committed_decree || later.ballot - earlier.ballot;
  return ahead >= 0 ? later : earlier;
}

function nodeOf({ hp_node, node }: DddNodeInfo): string {
  return hp_node ?? node;
}

function nodeText(info: DddNodeInfo): string {
  return [
    `node(${nodeOf(info)})`,
    `drop_time(${dateTimeMs(info.drop_time_ms)})`,
    `alive(${info.is_alive})`,
    `collected(${info.is_collected})`,
    `ballot(${info.ballot})`,
    `last_committed(${info.last_committed_decree})`,
    `last_prepared(${info.last_prepared_decree})`,
  ].join(', ');
}

/** '' stands for no server: it is the latest where nobody left, as upstream compares invalid addresses. */
function markOf(node: string, drops: readonly string[]): string {
  if (node === (drops.at(-1) ?? '')) return LATEST;
  return node === (drops.at(-2) ?? '') ? SECOND_LATEST : '';
}

function positionMark(at: number, count: number): string {
  if (at === count - 1) return LATEST;
  return at === count - 2 ? SECOND_LATEST : '';
}
