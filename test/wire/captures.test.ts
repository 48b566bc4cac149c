import { describe, expect, test } from 'vitest';
import { asBytes, Frames } from '../../src/rpc/codec/frames.ts';
import { rdsnLength } from '../../src/rpc/codec/rdsn.ts';
import { thftRequestLength } from '../../src/rpc/codec/thft.ts';
import { pcapStreams, recordedStreams, type Stream } from './support/fixtures.ts';
import { type Rewritten, rewriteRdsn, rewriteThftReply, rewriteThftRequest } from './support/rewrite.ts';
import { thftReplyLength } from './support/thft-client.ts';

const LIMIT = 1 << 20;

/** Counts the frames of recorded streams, each of which must come back as it was. */
function countRewritten(
  streams: readonly Stream[],
  lengthOf: (stream: Stream) => (bytes: Buffer) => number | undefined,
  rewrite: (stream: Stream, frame: Buffer) => Rewritten,
): number {
  let count = 0;
  for (const stream of streams) {
    const frames = new Frames(lengthOf(stream), LIMIT, asBytes);
    for (const chunk of stream.chunks) {
      for (const frame of frames.push(chunk)) {
        expect(rewrite(stream, frame).bytes.toString('hex')).toBe(frame.toString('hex'));
        count++;
      }
    }
    expect(frames.isWaiting).toBe(false);
  }
  return count;
}

describe('recorded between real programs', () => {
  test('C++ shell and meta server', () => {
    const count = countRewritten(
      recordedStreams('cppshell-meta.jsonl'),
      () => rdsnLength,
      (_, frame) => rewriteRdsn(frame),
    );
    expect(count).toBe(128);
  });

  test('C++ shell and replica servers, and servers among themselves', () => {
    const count = countRewritten(
      pcapStreams('cppshell-data.pcap'),
      () => rdsnLength,
      (_, frame) => rewriteRdsn(frame),
    );
    expect(count).toBeGreaterThan(40);
  });

  test('admin-cli and meta server', () => {
    const count = countRewritten(
      recordedStreams('admincli-meta.jsonl'),
      ({ direction }) => (direction === 'c2s' ? thftRequestLength : thftReplyLength),
      ({ direction }, frame) => (direction === 'c2s' ? rewriteThftRequest(frame) : rewriteThftReply(frame)),
    );
    expect(count).toBe(154);
  });
});
