import { describe, expect, test } from 'vitest';
import { compared, replayAdminCli } from './support/admin-cli-session.ts';

/** In the order of recording; without `head-server-incompatible`, which cannot read what its servers answer. */
const SESSIONS = [
  'cluster',
  'create-drop',
  'use-interactive',
  'duplication',
  'disk-config-remote',
  'split',
  'bulkload-compact-backup',
  'migrate-balance',
  'use-piped',
  'dup-piped',
  'dup-piped-2',
  'dup-piped-3',
  'split-ok',
  'split-pause-restart-cancel',
] as const;

/** Lines whose answer is another one on purpose, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  'create-drop: create -p 4 -r 4 a4': 'the original sends 3, whatever is typed, and waits for ever',
  'split: create -p 4 -r 1 sp1': 'the original sends 3, whatever is typed, and waits for ever',
  'disk-config-remote: remote-command meta': 'the original panics',
  'use-piped: ls | nodes | foo | exit': 'what may have been meant is told; a table of a split was there',
};

const steps = await replayAdminCli(SESSIONS);

describe.each([...new Set(steps.map(({ session }) => session))])('%s', (session) => {
  test.each(steps.filter((step) => step.session === session))('$line', (step) => {
    const [ours, recorded] = compared(step);
    if (`${session}: ${step.line}` in DIFFERS) expect(ours).not.toEqual(recorded);
    else expect(ours).toEqual(recorded);
  });
});
