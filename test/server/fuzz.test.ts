import { describe, expect, test } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { WireError } from '../../src/rpc/codec/errors.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import { AddressBook } from '../../src/server/addresses.ts';
import { RdsnSession } from '../../src/server/rdsn-session.ts';
import { Service } from '../../src/server/service.ts';
import type { Line, Session } from '../../src/server/session.ts';
import { ThftSession } from '../../src/server/thft-session.ts';
import { pcapStreams, recordedStreams, vectors } from '../wire/support/fixtures.ts';
import { makeTable } from './support/served.ts';

const INPUTS = 200_000;
const SEED = 20_261_125;

/** mulberry32: the same inputs in every run. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** What real clients sent. */
function corpus(): Buffer[] {
  const made = vectors.requests.map(({ header_hex, body_hex }) => Buffer.from(header_hex + body_hex, 'hex'));
  const streams = [
    ...recordedStreams('cppshell-meta.jsonl'),
    ...recordedStreams('admincli-meta.jsonl'),
    ...pcapStreams('cppshell-data.pcap'),
  ];
  return [...made, ...streams.filter(({ direction }) => direction === 'c2s').flatMap(({ chunks }) => chunks)];
}

/** Some bytes changed, cut out, doubled, or all of them made up. */
function mutated(seeds: readonly Buffer[], random: (limit: number) => number): Buffer {
  if (random(8) === 0) {
    const magic = Buffer.from(random(2) === 0 ? 'THFT' : 'RDSN');
    return Buffer.concat([magic, Buffer.from(Array.from({ length: random(300) }, () => random(256)))]);
  }
  const bytes = Buffer.from(seeds[random(seeds.length)]!);
  for (let left = random(4); left > 0; left--) bytes[random(bytes.length)] = random(256);
  const cut = random(6);
  if (cut === 0) return bytes.subarray(0, random(bytes.length));
  return cut === 1 ? Buffer.concat([bytes, bytes.subarray(random(bytes.length))]) : bytes;
}

describe('bytes that no client should send', () => {
  test(`${INPUTS} inputs are answered, ignored, or end their connection`, async () => {
    const host = memoryHost(() => 0, new MemoryFileSystem());
    const simulation = new Simulation({ directory: '/w', host, clock: 'manual', durability: 'group' });
    await makeTable(simulation);
    const book = new AddressBook('127.0.0.1');
    const service = new Service(
      simulation,
      book,
      () => true,
      () => {},
    );
    const nodes = ['localhost:34601', 'localhost:34602', 'localhost:34801', 'localhost:34802'];
    const outcomes = { answers: 0, closed: 0 };
    const line: Line = {
      answer(write, answer) {
        const out = new Writer(book);
        write(out, answer);
        expect(out.length).toBeGreaterThan(0);
        outcomes.answers++;
      },
      tell: () => undefined,
      after: (_, work) => work(),
      goOnAfter: (_, rest) => void rest(),
      poll: (_, look) => void look(),
      end: () => void outcomes.closed++,
    };
    const random = randomOf(SEED);
    const seeds = corpus();
    for (let input = 0; input < INPUTS; input++) {
      const bytes = mutated(seeds, random);
      const place = { cluster: 'onebox', node: nodes[random(nodes.length)]! };
      const session: Session =
        bytes.toString('latin1', 0, 4) === 'RDSN'
          ? new RdsnSession(service, place, line, book)
          : new ThftSession(service, place, line, book, 'without-host-ports');
      try {
        for (const message of session.push(bytes)) session.handle(message);
      } catch (error) {
        if (!(error instanceof WireError)) {
          throw new Error(`input ${input} of seed ${SEED}: ${bytes.toString('hex')}`, { cause: error });
        }
        outcomes.closed++;
      }
    }
    expect(outcomes.answers).toBeGreaterThan(INPUTS / 10);
    expect(outcomes.closed).toBeGreaterThan(INPUTS / 10);
    // A machine that does much else besides is not a failure.
  }, 400_000);
});
