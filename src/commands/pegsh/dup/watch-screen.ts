import type { PartitionSample, Sample } from '../../../operations/duplication-watch.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { columns } from '../shared/columns.ts';

const HEAD = ['partition', 'primary', 'committed', 'shipped', 'confirmed', 'lag', 'seconds', 'bytes', ''];

/** What one look shows on a terminal. */
export function frameOf(samples: readonly Sample[], table: string | undefined): string {
  if (samples.length === 0) return `no duplication${table === undefined ? 's' : ` of ${table}`}\n`;
  const blocks = samples.map((sample) => {
    const { decrees, seconds, bytes, status, verdict } = sample;
    const where = `${sample.table} -> ${sample.remote}/${sample.remote_table} (${sample.dupid})`;
    const lag = `lag ${decrees} decrees, ${seconds} s, ${bytes} bytes`;
    const title = sanitize(`${where}: ${status}, ${verdict.toUpperCase()}, ${lag}`);
    const rows = columns(HEAD, sample.partitions.map(rowOf)).replace(/^(?=.)/gm, '  ');
    return `${title}\n${sanitize(`  ${sample.reason}`)}\n${rows}`;
  });
  return blocks.join('\n');
}

function rowOf(one: PartitionSample): (string | number)[] {
  const decree = (value: number): string => (value < 0 ? '-' : `${value}`);
  return [
    one.pidx,
    one.primary || 'none',
    decree(one.committed),
    decree(one.shipped),
    decree(one.confirmed),
    one.decrees,
    one.seconds,
    one.bytes,
    one.error,
  ];
}
