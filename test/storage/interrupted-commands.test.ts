import { beforeAll, describe, expect, test, vi } from 'vitest';
import { checkWorkspace } from '../../src/engine/fsck/check.ts';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import { openStore } from '../../src/engine/storage/store.ts';
import { DyingDisk } from '../../src/host/dying-disk.ts';
import { memoryHost } from '../../src/host/memory-fs.ts';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';
import { type Captured, Disposable } from '../../src/shell/disposable.ts';
import { SCENARIOS } from './command-scenarios.ts';
import { CODES, FailingDisk } from './failing-disk.ts';
import { chanceOf, places } from './places.ts';
import { dump } from './support.ts';
import { diskOf, type Image, imageAfter, WORKSPACE } from './workspace-image.ts';

/** Answers are held back for a while that the tests decide upon: between two looks at the clock pass so many ms. */
const clock = vi.hoisted(() => ({ now: 0, step: 7 }));
vi.mock('../../src/shell/monotonic.ts', () => ({
  monotonicMs: () => {
    clock.now += clock.step;
    return clock.now;
  },
}));

/** Operations at which each scenario is interrupted in each way, if it is not told otherwise. */
const USUAL = 3;

/** A disk that can be looked at whenever a commit became durable. */
class WatchedDisk extends VolatileDisk {
  onCommit: () => void = () => {};

  override sync(path: string): void {
    super.sync(path);
    if (!path.endsWith('/journal.jsonl') && !path.endsWith('/format.json.tmp')) return;
    this.onCommit();
  }
}

function watchedDiskOf(image: Image): WatchedDisk {
  const disk = new WatchedDisk();
  disk.makeDirectory(WORKSPACE);
  for (const [path, text] of Object.entries(image)) {
    disk.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    disk.write(path, 0, Buffer.from(text, 'latin1'));
  }
  disk.syncAll();
  return disk;
}

/**
 * One process: each line is answered, or fails, and what happens on closing is what happens to a process that ends.
 *
 * @returns what was said to each line, up to one that failed
 */
async function play(
  fs: FileSystem,
  lines: readonly string[],
  options: { durability?: 'sync' | 'group'; onAnswer?: () => void } = {},
): Promise<Captured[]> {
  const { durability = 'group', onAnswer } = options;
  const place = { directory: WORKSPACE, host: memoryHost(() => 0, fs) };
  const pegsh = new Disposable({ workingDirectory: '.', place, checked: false, durability });
  const results: Captured[] = [];
  for (const line of lines) {
    const result = await pegsh.runLine(line);
    results.push(result);
    if (result.exitCode !== 0) break;
    onAnswer?.();
  }
  try {
    pegsh.dispose();
  } catch {
    // The process ends, one way or the other: what it leaves is looked at.
  }
  return results;
}

/** The files as the next process leaves them: the journal applied, and nothing that nobody needs. */
function settled(fs: FileSystem): Record<string, string> {
  openStore({ directory: WORKSPACE, host: memoryHost(() => 0, fs, 9) }).close();
  const findings = checkWorkspace(fs, WORKSPACE);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const files = dump(fs, WORKSPACE);
  for (const { path } of findings) delete files[`${WORKSPACE}/${path}`];
  const state = Object.entries(files).filter(([path]) => !isBeside(path));
  return Object.fromEntries(state.map(([path, contents]) => [path, withoutTime(path, contents)]));
}

/** Generations count what was committed, also what only told the time; snapshots and what fsck kept are beside the state. */
function isBeside(path: string): boolean {
  return /\.tmp$|\/(?:format\.json|journal\.jsonl|lock[^/]*)$|^\/w\/(?:snapshots|damaged)\//.test(path);
}

/** A command that failed has let the time go on that its request took. */
function withoutTime(path: string, contents: string): string {
  return path.endsWith('/workspace.json') ? contents.replace(/"(?:clock|checksum)": .*\n/g, '') : contents;
}

interface Rehearsal {
  readonly image: Image;
  readonly operations: number;
  /** After each commit; the first is before the first line. */
  readonly states: readonly string[];
  /** Which of them is reached when so many lines are answered. */
  readonly afterLine: readonly number[];
}

const text = (files: Record<string, string>) => JSON.stringify(files);

async function rehearse(given: readonly string[], lines: readonly string[]): Promise<Rehearsal> {
  const image = given.length === 0 ? {} : await imageAfter(given);
  const disk = watchedDiskOf(image);
  const look = () => text(settled(diskOf(dump(disk, WORKSPACE))));
  const states = [look()];
  const afterLine = [0];
  disk.onCommit = () => void states.push(look());
  const results = await play(disk, lines, {
    durability: 'sync',
    onAnswer: () => void afterLine.push(states.length - 1),
  });
  for (const { exitCode, text: told } of results) if (exitCode !== 0) throw new Error(told);
  const counting = new DyingDisk(watchedDiskOf(image));
  await play(counting, lines);
  return { image, operations: counting.operations, states, afterLine };
}

describe.each(Object.entries(SCENARIOS))('%s', (_, { given, lines }) => {
  let rehearsal: Rehearsal;
  const chance = chanceOf();

  beforeAll(async () => {
    rehearsal = await rehearse(given, lines);
  });

  /** What is on the disk is a state that was committed, none older than what was acknowledged. */
  function expectSurvival(fs: FileSystem, results: readonly Captured[], told: string): void {
    const answered = results.filter(({ exitCode }) => exitCode === 0).length;
    const reached = rehearsal.states.lastIndexOf(text(settled(fs)));
    expect(reached, `${told}: the state is none that was committed`).toBeGreaterThanOrEqual(0);
    const acknowledged = rehearsal.states.indexOf(rehearsal.states[rehearsal.afterLine[answered]!]!);
    expect(reached, `${told}: what was acknowledged is lost`).toBeGreaterThanOrEqual(acknowledged);
  }

  test('the power fails', async () => {
    for (const k of places(rehearsal.operations, USUAL, chance)) {
      const disk = watchedDiskOf(rehearsal.image);
      const results = await play(new DyingDisk(disk, k, 'half'), lines);
      disk.losePower(chance);
      expectSurvival(disk, results, `at operation ${k}`);
    }
  });

  test.each(CODES)('%s', async (code) => {
    for (const k of places(rehearsal.operations, USUAL, chance)) {
      for (const forEver of [false, true]) {
        const disk = watchedDiskOf(rehearsal.image);
        const failing = new FailingDisk(disk, k, code, forEver);
        const results = await play(failing, lines);
        const last = results.at(-1)!;
        const where = `at operation ${k}${forEver ? ' and after' : ''}`;
        if (last.exitCode !== 0)
          expect([last.exitCode, last.text], where).toEqual([3, expect.stringContaining(code)]);
        expect(failing.retried, where).toEqual([]);
        expectSurvival(disk, results, where);
        expect(Object.keys(dump(disk, WORKSPACE)).filter((path) => path.endsWith('.tmp'))).toEqual([]);
      }
    }
  });
});

test('a disk that refuses what was answered while another refusal is told: both are refusals of the line', async () => {
  const { given, lines } = SCENARIOS.configure!;
  const { image, operations } = await rehearse(given, lines);
  clock.step = 25;
  for (const k of Array(operations).keys()) {
    const [refused] = await play(new FailingDisk(watchedDiskOf(image), k + 1, 'EIO', true), lines);
    if (refused!.exitCode !== 0)
      expect([refused!.exitCode, refused!.text]).toEqual([3, expect.stringContaining('EIO')]);
  }
});
