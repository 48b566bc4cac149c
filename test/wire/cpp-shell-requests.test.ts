import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryHost } from '../../src/host/memory-fs.ts';
import { Disposable } from '../../src/shell/disposable.ts';
import { must } from '../support/pegsh.ts';
import { pcapStreams, recordedStreams, type Stream } from './support/fixtures.ts';
import { type Asked, replayServer } from './support/replay-server.ts';

interface Typed {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What was typed into the C++ shell while its requests were recorded, and what it printed. */
const TYPED: readonly Typed[] = JSON.parse(
  readFileSync(new URL('../fixtures/wire/cppshell-commands.json', import.meta.url), 'utf8'),
);
const OF_DATA = /^(set|get|multi_set|multi_get|incr|ttl|del|hash_scan|full_scan|check_and_set) /;

/** Types the same on a server that answers as the recorded ones did. */
async function replayed(streams: readonly Stream[], ports: readonly number[], typed: readonly Typed[]) {
  const server = await replayServer(streams, ports);
  const shell = new Disposable({
    workingDirectory: '.',
    environment: { PEGSH_DIALECT: 'cpp-shell' },
    place: { directory: '/workspace', host: memoryHost(() => 0) },
    time: { sleep: async () => undefined, now: () => 0, runsByItself: false },
  });
  await must(shell, 'cluster remove onebox --yes');
  await must(shell, `cluster add onebox --meta 127.0.0.1:${server.port}`);
  await must(shell, 'cluster use onebox');
  const printed: { readonly line: string; readonly ours: string; readonly recorded: string }[] = [];
  for (const { command, stdout, stderr = '' } of typed) {
    const got = await shell.runLine(command);
    printed.push({
      line: command,
      ours: linesOf(got.stdout + got.stderr),
      recorded: linesOf(`${stdout ?? ''}${stderr}`),
    });
  }
  shell.dispose();
  server.stop();
  return { asked: server.asked, printed };
}

/** Which stream has a line is told apart, and so in which order they stand, and when something was waited for. */
function linesOf(text: string): string {
  const lines = text.replace(/localhost:\d+/g, 'SERVER').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .sort()
    .join('\n');
}

function expectSame(asked: readonly Asked[]): void {
  for (const { code, ours, recorded } of asked) expect([code, ours]).toEqual([code, recorded]);
}

describe('the same bytes are asked for, and the same is made of the answers', () => {
  test('by meta servers', async () => {
    const typed = TYPED.filter(({ command }) => !OF_DATA.test(`${command} `));
    const { asked, printed } = await replayed(recordedStreams('cppshell-meta.jsonl'), [], typed);
    expectSame(asked);
    expect(asked).toHaveLength(61);
    for (const { line, ours, recorded } of printed) expect([line, ours]).toEqual([line, recorded]);
  });

  test('by replica servers', async () => {
    const typed = TYPED.filter(({ command }) => command === 'use wire2' || OF_DATA.test(`${command} `));
    const streams = [...recordedStreams('cppshell-meta.jsonl'), ...pcapStreams('cppshell-data.pcap')];
    const { asked, printed } = await replayed(streams, [34801, 34802, 34803], typed);
    expectSame(asked.filter(({ code }) => code.startsWith('RPC_RRDB')));
    expect(asked.filter(({ code }) => code.startsWith('RPC_RRDB'))).toHaveLength(12);
    for (const { line, ours, recorded } of printed) expect([line, ours]).toEqual([line, recorded]);
  });
});
