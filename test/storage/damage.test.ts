import { describe, expect, test } from 'vitest';
import { restoreChangedBytes } from '../../src/engine/fsck/repair.ts';
import { FILE_SEAL, seal } from '../../src/engine/storage/seal.ts';
import { WorkspaceError } from '../../src/errors.ts';
import type { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { counters, DIRECTORY, dump, newDisk, open, plog, textOf } from './support.ts';

const NOT_OURS = 'the checksum does not fit: this is not what pegsh wrote';
const WRITTEN_AHEAD = Buffer.from('\n'.repeat(999));
const JOURNAL = `${DIRECTORY}/journal.jsonl`;

/** A workspace at rest with a document of three keys and a log of three lines. */
function atRest(): MemoryFileSystem {
  const disk = newDisk();
  const store = open(disk);
  for (const [index, key] of ['a', 'b', 'c'].entries()) {
    counters(store).set(key, { count: index });
    plog(store).append({ decree: index, text: key });
  }
  store.commit();
  store.close();
  return disk;
}

/** A workspace whose process died with three commits in the journal. */
function interrupted(): MemoryFileSystem {
  const disk = atRest();
  const store = open(disk);
  for (let count = 10; count < 13; count++) {
    counters(store).set('a', { count });
    plog(store).append({ decree: count, text: 'journalled' });
    store.commit();
  }
  return disk;
}

function put(disk: MemoryFileSystem, path: string, text: string): void {
  disk.write(`${DIRECTORY}/${path}`, 0, Buffer.from(text, 'latin1'));
}

/** Opens and reads all, in a new process; the error, and that not a byte was changed by it. */
function refusal(disk: MemoryFileSystem): string {
  disk.remove(`${DIRECTORY}/lock`);
  const before = dump(disk);
  let refused: unknown;
  try {
    const store = open(disk, { pid: 2 });
    try {
      for (const key of counters(store).keys()) counters(store).get(key);
      plog(store).records();
    } finally {
      store.close();
    }
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(WorkspaceError);
  expect(dump(disk)).toEqual(before);
  return (refused as WorkspaceError).message;
}

describe('a document', () => {
  const good = textOf(atRest(), 'counters.json')!;

  test.each([
    ['emptied', '', 'counters.json: is empty'],
    ['cut', good.slice(0, 30), 'counters.json: line 3, column 7: is not JSON'],
    ['without its last byte', good.slice(0, -1), 'counters.json: line 6: is cut short'],
    [
      'with conflict markers',
      good.replace('"b"', '<<<<<<< HEAD\n"b"'),
      'counters.json: line 3, column 1: is not JSON',
    ],
    [
      'with a comma too many',
      good.replace('2},\n', '2},,\n'),
      'counters.json: line 4, column 18: is not JSON',
    ],
    ['that is a list', '[]\n', `counters.json: line 1: ${NOT_OURS}`],
    ['without checksum', '{\n"a": {"count":0}\n}\n', `counters.json: line 3: ${NOT_OURS}`],
    ['edited', good.replace('1}', '123}'), `counters.json: line 6: ${NOT_OURS}`],
    ['of other bytes', good.replace('"b"', '"\xff\xff"'), 'counters.json: byte 21: is not UTF-8'],
    [
      'with one other byte',
      good.replace('"b"', '"\xff"'),
      'counters.json: line 3, column 2 (byte 21): is 0xff where 0x62 was written',
    ],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, 'counters.json', text);
    expect(refusal(disk)).toBe(message);
  });
});

describe('a log', () => {
  const file = 'replica/plog.jsonl';
  const good = textOf(atRest(), file)!;
  const lines = good.split('\n').slice(0, -1);

  test.each([
    ['cut', good.slice(0, -9), `${file}: line 3 (byte ${good.length - 9}): is cut short`],
    [
      'with a line that is no JSON',
      good.replace('"text":"b"', '"text":bb'),
      `${file}: line 2, column 20: is not JSON`,
    ],
    ['with an empty line', good.replace('\n', '\n\n'), `${file}: line 2: is empty`],
    ['with an edited line', good.replace('"b"', 'null'), `${file}: line 2: ${NOT_OURS}`],
    ['without its first line', [lines[1], lines[2], ''].join('\n'), `${file}: line 1: ${NOT_OURS}`],
    ['with lines swapped', [lines[0], lines[2], lines[1], ''].join('\n'), `${file}: line 2: ${NOT_OURS}`],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, file, text);
    expect(refusal(disk)).toBe(message);
  });

  test('shorter than what the journal adds to', () => {
    const disk = interrupted();
    put(disk, file, good.slice(0, 24));
    expect(refusal(disk)).toBe(`${file}: byte 24: ends here, but the journal adds to it at ${good.length}`);
  });
});

describe('the format', () => {
  test.each([
    [
      'newer',
      `${seal('{"format":2,"generation":0', FILE_SEAL)}`,
      'format.json: the workspace was made by a newer pegsh (format 2, this one knows 1)',
    ],
    [
      'newer and of another form',
      '{"format":2}',
      'format.json: the workspace was made by a newer pegsh (format 2, this one knows 1)',
    ],
    ['empty', '', 'format.json: is empty'],
    ['edited', '{"format":1,"generation":12}\n', `format.json: line 1: ${NOT_OURS}`],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, 'format.json', text);
    expect(refusal(disk)).toBe(message);
  });

  test("a directory of somebody else's is not taken for an empty workspace", () => {
    const disk = atRest();
    disk.remove(`${DIRECTORY}/format.json`);
    expect(refusal(disk)).toBe(
      `format.json: missing, and ${DIRECTORY} is not empty (counters.json, journal.jsonl, replica)`,
    );
  });
});

describe('the journal', () => {
  test('the last record torn at every length is dropped and reported, the ones before it are not', () => {
    const whole = textOf(interrupted(), 'journal.jsonl')!;
    const lastBegins = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastBegins; length <= whole.length; length++) {
      const disk = interrupted();
      disk.write(JOURNAL, 0, Buffer.from(whole.slice(0, length)));
      const store = open(disk, { pid: 2 });
      const torn = length > lastBegins && length < whole.length;
      expect(store.notices).toEqual(
        torn
          ? [
              `journal.jsonl: dropped the last record, of which only ${length - lastBegins} bytes were written ` +
                `(at byte ${lastBegins}): the command that wrote it was interrupted, and left nothing`,
            ]
          : [],
      );
      const count = length === whole.length ? 12 : 11;
      expect(counters(store).get('a')).toEqual({ count });
      expect(plog(store).count).toBe(count - 6);
      counters(store).set('a', { count: 99 });
      store.commit();
      store.close();
      expect(counters(open(disk)).get('a')).toEqual({ count: 99 });
    }
  });

  test('the last record torn in what was written ahead is dropped, wherever a part of it is missing', () => {
    const whole = textOf(interrupted(), 'journal.jsonl')!;
    const lastBegins = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const [missing, padding] of [
      ['\n', '\n'],
      ['\0', '\0'],
      ['\0', '\n'],
    ] as const) {
      for (let from = lastBegins; from < whole.length; from += 1) {
        for (const to of [from + 2, from + 40, whole.length]) {
          const disk = interrupted();
          const gap = missing.repeat(Math.min(to, whole.length) - from);
          put(disk, 'journal.jsonl', whole.slice(0, from) + gap + whole.slice(to) + padding.repeat(999));
          const store = open(disk, { pid: 2 });
          const count = from === whole.length - 1 && missing === '\n' ? 12 : 11;
          expect(counters(store).get('a')).toEqual({ count });
          expect(store.notices).toHaveLength(
            count === 12 || (from === lastBegins && to >= whole.length) ? 0 : 1,
          );
          store.close();
        }
      }
    }
  });

  test('any byte of it changed is refused with line and byte, also in front of what was written ahead', () => {
    const whole = Buffer.from(textOf(interrupted(), 'journal.jsonl')!);
    for (const at of whole.keys()) {
      for (const change of [1 << (at % 8), 0xff]) {
        const disk = interrupted();
        const changed = Buffer.from(whole);
        changed[at]! ^= change;
        disk.write(JOURNAL, 0, Buffer.concat([changed, ...(at % 2 ? [WRITTEN_AHEAD] : [])]));
        const line = whole.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        const begins = whole.subarray(0, at).lastIndexOf(0x0a) + 1;
        const isNewline = whole[at] === 0x0a;
        expect(refusal(disk)).toMatch(
          isNewline
            ? /^journal\.jsonl: line \d \(byte \d+\): (two records stand on one line|the record is followed by something else)$/
            : RegExp(`^journal\\.jsonl: line ${line}, column ${at - begins + 1} \\(byte ${at}\\): is 0x`),
        );
      }
    }
  });

  test('a changed byte of it is put back, also in front of what was written ahead', () => {
    const written = textOf(interrupted(), 'journal.jsonl')! + WRITTEN_AHEAD.toString();
    const disk = interrupted();
    put(disk, 'journal.jsonl', written.replace('journalled', 'journalXed'));
    disk.remove(`${DIRECTORY}/lock`);
    const how = 'changed bytes put back, found by the checksum';
    expect(restoreChangedBytes(disk, DIRECTORY)).toContainEqual({ path: 'journal.jsonl', how });
    expect(textOf(disk, 'journal.jsonl')).toBe(written);
  });

  test('a record missing in the middle or in front is a gap', () => {
    const lines = textOf(interrupted(), 'journal.jsonl')!.split('\n').slice(0, -1);
    const without = (index: number) => {
      const disk = interrupted();
      put(
        disk,
        'journal.jsonl',
        lines
          .filter((_, at) => at !== index)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return refusal(disk);
    };
    expect(without(0)).toBe('journal.jsonl: line 1 (byte 0): record 3 follows 1');
    expect(without(1)).toMatch(/^journal\.jsonl: line 2 \(byte \d+\): record 4 follows 2$/);
  });

  test('records that the files contain are left from before the journal was emptied: they are forgotten', () => {
    const disk = interrupted();
    put(disk, 'format.json', seal('{"format":1,"generation":9', FILE_SEAL));
    const store = open(disk, { pid: 2 });
    expect([store.generation, counters(store).get('a')]).toEqual([9, { count: 0 }]);
    store.close();
  });

  test('a document that the journal changes and that is damaged is refused on opening', () => {
    const disk = interrupted();
    put(disk, 'counters.json', '{');
    expect(refusal(disk)).toBe('counters.json: line 1, column 2: is not JSON');
  });
});
