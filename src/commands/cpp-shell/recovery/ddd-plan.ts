import type { DddPartitionInfo } from '../../../rpc/idl/configuration.ts';
import type { Context, Plan } from '../../command.ts';
import { SAMPLES } from '../../dry-run/samples.ts';
import { gpidText } from '../shared/gpid.ts';
import { recommendedPrimary } from './ddd-report.ts';

/** Which servers would be proposed as primaries; for the others a person would be asked, or `-s` skip them. */
export function planToProposePrimaries({ session }: Context, partitions: readonly DddPartitionInfo[]): Plan {
  const advised = partitions.map((info) => ({ info, primary: recommendedPrimary(info) }));
  return {
    action: `propose primaries for partitions of cluster ${session.cluster} that lost all their replicas`,
    counts: {
      partitions: partitions.length,
      with_a_recommended_primary: advised.filter(({ primary }) => primary !== undefined).length,
    },
    samples: advised
      .slice(0, SAMPLES)
      .map(({ info, primary }) => `${gpidText(info.config.pid)}: ${primary ?? 'no server is recommended'}`),
  };
}
