import { memoryHost } from '../../../src/host/memory-fs.ts';
import { Disposable } from '../../../src/shell/disposable.ts';
import { must } from '../../support/pegsh.ts';
import { blocksOf, fixture } from './golden.ts';
import type { Step } from './session.ts';

/** A recording in which more than typing happened: servers were killed, time passed. */
export interface Story {
  readonly session: string;
  /** What made the cluster as it was. */
  readonly before: readonly string[];
  /** What happened between lines, as it was noted: the lines that make it happen here. */
  readonly events: Readonly<Record<string, readonly string[]>>;
}

/** Types a recording line by line, `[A]` and `[B]` on the first and the second cluster. */
export async function replayStory({ session, before, events }: Story): Promise<Step[]> {
  const place = { directory: '/workspace', host: memoryHost(() => 0) };
  const shell = new Disposable({
    workingDirectory: '.',
    environment: { PEGSH_DIALECT: 'cpp-shell' },
    place,
  });
  for (const line of before) await must(shell, line);
  const steps: Step[] = [];
  const ids = new Map<string, string>();
  const inUse = new Map<string, string>();
  let cluster = '';
  for (const block of blocksOf(fixture(`cpp-shell/sessions/${session}.txt`))) {
    if (block.line.startsWith('(')) {
      for (const line of events[block.line.slice(1, -1)] ?? []) await must(shell, line);
      continue;
    }
    const [, onCluster = '', line = ''] = /^(?:\[(?:on )?([AB])\] )?(.*)$/.exec(block.line)!;
    if (onCluster !== cluster) {
      cluster = onCluster;
      // Whoever types needs a moment to change windows.
      await must(shell, 'clock advance 1s');
      await must(shell, `cluster use ${cluster === 'A' ? 'onebox' : 'onebox2'}`);
      if (inUse.has(cluster)) await must(shell, `use ${inUse.get(cluster)}`);
    }
    if (line.startsWith('use ')) inUse.set(cluster, line.slice(4));
    const typed = line.replace(/\b\d{10}\b/g, (id) => ids.get(id) ?? id);
    const got = await shell.runLine([typed, ...block.thenTyped].join('\n'));
    learnId(ids, line, got.stdout, block.stdout + block.stderr);
    if (!block.withheld) steps.push({ ...block, session, got });
  }
  shell.dispose();
  return steps;
}

/** A duplication is named by when it was added. */
function learnId(ids: Map<string, string>, line: string, ours: string, recorded: string): void {
  if (!/^(add_dup|query_dup) /.test(line)) return;
  const [own, theirs] = [ours, recorded].map((text) => /\b\d{10}\b/.exec(text)?.[0]);
  if (own !== undefined && theirs !== undefined) ids.set(theirs, own);
}
